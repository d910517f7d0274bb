using System.Security.Cryptography;
using System.Text;
using MfaGateway.Core.Factors.Totp;
using Xunit;

namespace MfaGateway.Core.Tests.Factors.Totp;

public sealed class Base32Tests
{
    // RFC 4648 10, padding left off.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void The_vectors_of_the_RFC_hold_both_ways(string text, string encoded)
    {
        Assert.Equal(encoded, Base32.Encode(Encoding.ASCII.GetBytes(text)));
        Assert.True(Base32.TryDecode(encoded, out var decoded));
        Assert.Equal(text, Encoding.ASCII.GetString(decoded));
    }

    [Fact]
    public void What_is_encoded_decodes_to_itself_at_every_length()
    {
        for (var length = 0; length <= 128; length++)
        {
            var bytes = RandomNumberGenerator.GetBytes(length);
            Assert.True(Base32.TryDecode(Base32.Encode(bytes), out var decoded));
            Assert.Equal(bytes, decoded);
        }
    }

    [Theory]
    [InlineData("mzxw6ytboi")]
    [InlineData("MZXW 6YTB OI")]
    [InlineData("mzxw-6ytb-oi======")]
    public void Case_spaces_dashes_and_padding_are_forgiven(string typed)
    {
        Assert.True(Base32.TryDecode(typed, out var decoded));
        Assert.Equal("foobar", Encoding.ASCII.GetString(decoded));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("MZXW6YT1")] // 0, 1, 8, 9 are not in the alphabet
    [InlineData("MZXW6YT0")]
    [InlineData("MZ=XW6YTB")] // padding inside
    [InlineData("MZXW6YTB\n")]
    [InlineData("ＭＺＸＷ６ＹＴＢ")]
    [InlineData("M")] // no whole byte
    [InlineData("MZX")]
    [InlineData("MZXW6Y")]
    [InlineData("MZ")] // left-over bits that are not zero
    public void What_no_encoder_writes_is_refused(string? typed)
    {
        Assert.False(Base32.TryDecode(typed, out var decoded));
        Assert.Null(decoded);
    }
}
