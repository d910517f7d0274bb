using MfaGateway.Core.Factors.Totp;
using Xunit;

namespace MfaGateway.Core.Tests.Factors.Totp;

public sealed class OtpAuthUriTests
{
    private static readonly TotpSecret Secret = TotpSecret.FromBytes("12345678901234567890"u8);

    [Fact]
    public void The_link_spells_everything_out() =>
        Assert.Equal(
            "otpauth://totp/Example:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example&algorithm=SHA1&digits=6&period=30",
            OtpAuthUri.Create("Example", "ada", Secret, TotpParameters.Default).Value);

    [Fact]
    public void Hash_digits_and_period_are_those_of_the_authenticator()
    {
        var link = OtpAuthUri.Create("Example", "ada", Secret, new TotpParameters(TotpHash.Sha512, 8, 60)).Value;
        Assert.EndsWith("&algorithm=SHA512&digits=8&period=60", link, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_with_delimiters_blanks_and_foreign_letters_survive()
    {
        const string issuer = "Käse & Co. 50% = 1/2?#";
        const string account = "łukasz+a@example.org";
        var link = OtpAuthUri.Create(issuer, account, Secret, TotpParameters.Default).Value;
        var uri = new Uri(link);

        Assert.DoesNotContain('+', link); // a form decoder would read a bare plus as a blank
        Assert.DoesNotContain(' ', link);
        Assert.Equal(["Käse & Co. 50% = 1/2?#", account], Uri.UnescapeDataString(uri.AbsolutePath[1..]).Split(':'));
        Assert.Contains("&issuer=" + Uri.EscapeDataString(issuer) + "&", link, StringComparison.Ordinal);
        Assert.Empty(uri.Fragment);
    }

    [Fact]
    public void A_colon_in_a_name_cannot_shift_the_border_between_issuer_and_account()
    {
        var link = OtpAuthUri.Create("localhost:5000", "a:b", Secret, TotpParameters.Default).Value;
        Assert.StartsWith("otpauth://totp/localhost-5000:a-b?", link, StringComparison.Ordinal);
        Assert.Contains("&issuer=localhost-5000&", link, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "ada")]
    [InlineData("Example", " ")]
    public void A_link_without_names_is_refused(string issuer, string account) =>
        Assert.Throws<ArgumentException>(() => OtpAuthUri.Create(issuer, account, Secret, TotpParameters.Default));

    [Fact]
    public void The_link_does_not_print_itself() =>
        Assert.Equal("OtpAuthUri", $"{OtpAuthUri.Create("Example", "ada", Secret, TotpParameters.Default)}");
}
