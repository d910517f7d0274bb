using MfaGateway.Core.Factors;
using Xunit;

namespace MfaGateway.Core.Tests.Factors;

public sealed class OneTimeCodeInputTests
{
    [Theory]
    [InlineData("123456")]
    [InlineData("123 456")]
    [InlineData(" 123-456 ")]
    [InlineData("1-2-3-4-5-6")]
    public void Spaces_and_dashes_around_the_digits_do_not_matter(string typed)
    {
        Assert.True(OneTimeCodeInput.TryNormalize(typed, 6, out var code));
        Assert.Equal("123456", code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("+12345")]
    [InlineData("+123456")]
    [InlineData("12345a")]
    [InlineData("1e5000")]
    [InlineData("0x1234")]
    [InlineData("123,456")]
    [InlineData("123.456")]
    [InlineData("123456\n")]
    [InlineData("123456\r\n")]
    [InlineData("\t123456")]
    [InlineData("123456\0")]
    [InlineData("١٢٣٤٥٦")] // Arabic-Indic digits
    [InlineData("१२३४५६")] // Devanagari digits
    [InlineData("１２３４５６")] // full-width digits
    [InlineData("12345６")] // one of them
    [InlineData("123\u00a0456")] // no-break space
    [InlineData("123\u2009456")] // thin space
    [InlineData("123\u2013456")] // en dash
    [InlineData("\u200b123456")] // zero-width space
    [InlineData("²23456")]
    public void Everything_but_the_exact_number_of_ASCII_digits_is_refused(string? typed)
    {
        Assert.False(OneTimeCodeInput.TryNormalize(typed, 6, out var code));
        Assert.Null(code);
    }

    [Fact]
    public void Leading_zeros_are_kept()
    {
        Assert.True(OneTimeCodeInput.TryNormalize("000 000 07", 8, out var code));
        Assert.Equal("00000007", code);
    }
}
