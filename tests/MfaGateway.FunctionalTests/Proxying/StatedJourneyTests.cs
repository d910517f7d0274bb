using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>From a sign-in in the whole product to what its app is told.</summary>
public sealed class StatedJourneyTests
{
    [Fact]
    public async Task After_a_password_and_a_code_the_app_is_told_of_both_and_can_check_it_with_the_published_key()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var person = await (await gateway.AddPersonAsync("ada", "staff", "büro")).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await person.SignInAsync(browser);

        var headers = gateway.Upstream.Last.Headers;
        var token = headers["X-Mfa-Assertion"];
        Assert.Equal("ada", headers["Remote-User"]);
        Assert.Equal("staff,b%C3%BCro", headers["Remote-Groups"]);
        var claims = Part(token, 1);
        Assert.Equal(person.AccountId, claims.GetProperty("sub").GetString());
        Assert.Equal("app", claims.GetProperty("aud").GetString());
        Assert.Equal("two-factor", claims.GetProperty("acr").GetString());
        Assert.Equal(["mfa", "otp", "pwd"], claims.GetProperty("amr").EnumerateArray().Select(method => method.GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(["password", "totp"], claims.GetProperty("mfa_proofs").EnumerateObject().Select(proof => proof.Name).Order(StringComparer.Ordinal));
        var now = gateway.Time.GetUtcNow().ToUnixTimeSeconds();
        Assert.InRange(claims.GetProperty("exp").GetInt64() - now, 1, 60);
        Assert.InRange(claims.GetProperty("auth_time").GetInt64(), now - 60, now);
        Assert.DoesNotContain(browser.Cookies.Values, secret => headers.Values.Any(value => value.Contains(secret, StringComparison.Ordinal)));

        var keySet = await browser.GetAsync("/_mfa/.well-known/jwks.json");
        Assert.True(Verifies(token, JsonDocument.Parse(keySet.Body).RootElement));
    }

    [Fact]
    public async Task A_public_page_is_told_of_nobody_and_needs_no_sign_in()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("public", "/public/{**path}", "Anonymous")
            .Route("app", "/{**path}", policy: null));
        using var browser = gateway.NewBrowser();

        Assert.Equal("hello from upstream", (await browser.GetAsync("/public/page")).Body);

        var headers = gateway.Upstream.Last.Headers;
        Assert.Equal("", Part(headers["X-Mfa-Assertion"], 1).GetProperty("sub").GetString());
        Assert.DoesNotContain(headers.Keys, name => name.StartsWith("Remote-", StringComparison.OrdinalIgnoreCase));
    }

    private static JsonElement Part(string token, int index) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[index])).RootElement;

    private static bool Verifies(string token, JsonElement keySet)
    {
        var kid = Part(token, 0).GetProperty("kid").GetString();
        var key = keySet.GetProperty("keys").EnumerateArray().Single(each => each.GetProperty("kid").GetString() == kid);
        using var verifier = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars(key.GetProperty("x").GetString()),
                Y = Base64Url.DecodeFromChars(key.GetProperty("y").GetString()),
            },
        });
        var dot = token.LastIndexOf('.');
        return verifier.VerifyData(
            Encoding.ASCII.GetBytes(token[..dot]), Base64Url.DecodeFromChars(token.AsSpan(dot + 1)), HashAlgorithmName.SHA256);
    }
}
