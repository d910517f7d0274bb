using System.Text;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Secrets;

/// <summary>A search that finds nothing proves nothing unless it would have found something.</summary>
public sealed class SecretSearchTests
{
    private const string Password = "nineteen \"Copper\" kettles & 42+";

    private static readonly byte[] Secret = [.. Enumerable.Range(200, 20).Select(number => (byte)number)];

    public static TheoryData<string, string, string> Leaks => new()
    {
        { "field password", Password, $"password is {Password}!" },
        { "field password", Password, Password.ToUpperInvariant() },
        { "field password", Password, $"password={Uri.EscapeDataString(Password)}&x=1" },
        { "field password", Password, $"password={System.Net.WebUtility.UrlEncode(Password)}&x=1" },
        { "field password", Password, System.Net.WebUtility.HtmlEncode(Password) },
        { "field password", Password, System.Text.Json.JsonSerializer.Serialize(new { Password }) },
        { "field password", Password, string.Concat(Password.Select(letter => $"\\u{(int)letter:x4}")) },
        { "field password", Password, Convert.ToHexString(Encoding.UTF8.GetBytes("a" + Password)) },
        { "field password", Password, "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:" + Password)) },
        { "field password", Password, "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("alan:" + Password + ".")) },
        { "field password", Password, "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("adele:" + Password + "..")) },
        { "totp secret", Base32.Encode(Secret), $"secret={Base32.Encode(Secret).ToLowerInvariant()}&issuer=x" },
        { "totp secret", Base32.Encode(Secret), Convert.ToBase64String(Secret) },
        { "totp secret", Base32.Encode(Secret), System.Buffers.Text.Base64Url.EncodeToString(Secret) },
        { "totp secret", Base32.Encode(Secret), BitConverter.ToString(Secret) },
        { "recovery code", "abcd-efgh-jkmn-pqrs", "used ABCDEFGHJKMNPQRS" },
        { "recovery code", "abcd-efgh-jkmn-pqrs", "used abcd-efgh-jkmn-pqrs" },
        { "cookie mfa_session", System.Buffers.Text.Base64Url.EncodeToString([.. Secret, 1, 2]), Convert.ToHexString([.. Secret, 1, 2]) },
        { "field code", "123456", "code=123456&x" },
        { "field code", "123456", "code 123456." },
    };

    [Theory]
    [MemberData(nameof(Leaks))]
    public void A_leak_is_found(string kind, string value, string text) =>
        Assert.NotEmpty(SecretSearch.Find([new WatchedSecret(kind, value)], $"10:12:01.123 info {text} more"));

    [Fact]
    public void A_leak_into_a_database_is_found_as_text_and_as_bytes()
    {
        var secret = new WatchedSecret("totp secret", Base32.Encode(Secret));
        byte[] around = [0, 255, 13, 0, 200];

        foreach (var leak in (byte[][])[Secret, Encoding.ASCII.GetBytes(secret.Value), Encoding.ASCII.GetBytes(Convert.ToHexString(Secret))])
            Assert.NotEmpty(SecretSearch.Find([secret], (byte[])[.. around, .. leak, .. around]));
        Assert.Empty(SecretSearch.Find([secret], around));
    }

    [Theory]
    [InlineData("2026-03-01T12:00:00.1234567Z")]
    [InlineData("took 1123456 ms")]
    public void A_code_within_another_number_is_none(string text) =>
        Assert.Empty(SecretSearch.Find([new WatchedSecret("field code", "123456")], text));
}
