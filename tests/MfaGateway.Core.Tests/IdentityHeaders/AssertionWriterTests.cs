using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MfaGateway.Core.IdentityHeaders;
using Xunit;

namespace MfaGateway.Core.Tests.IdentityHeaders;

public sealed class AssertionWriterTests
{
    private static readonly SigningKey Key = SigningKey.Create();

    [Fact]
    public void It_is_signed_with_ES256_by_the_published_key()
    {
        var token = AssertionWriter.Write(Statements.Anna, Statements.Scope(), Key).Token;

        var header = Statements.Header(token);
        Assert.Equal("ES256", header.GetProperty("alg").GetString());
        Assert.Equal("mfa+jwt", header.GetProperty("typ").GetString());
        Assert.Equal(Key.Kid, header.GetProperty("kid").GetString());
        Assert.True(Verifies(token, JsonDocument.Parse(JsonWebKeySet.Write([Key])).RootElement.GetProperty("keys")[0]));
    }

    [Fact]
    public void A_changed_byte_breaks_it()
    {
        var token = AssertionWriter.Write(Statements.Anna, Statements.Scope(), Key).Token;
        var key = JsonDocument.Parse(JsonWebKeySet.Write([Key])).RootElement.GetProperty("keys")[0];
        var parts = token.Split('.');
        var claims = Base64Url.DecodeFromChars(parts[1]);
        claims[^10] ^= 1;

        Assert.False(Verifies($"{parts[0]}.{Base64Url.EncodeToString(claims)}.{parts[2]}", key));
    }

    [Fact]
    public void It_says_who_how_and_when()
    {
        var claims = Statements.Claims(AssertionWriter.Write(Statements.Anna, Statements.Scope(), Key).Token);

        Assert.Equal("https://gate.example.test", claims.GetProperty("iss").GetString());
        Assert.Equal("wiki", claims.GetProperty("aud").GetString());
        Assert.Equal("acc-7Qy", claims.GetProperty("sub").GetString());
        Assert.Equal("anna", claims.GetProperty("preferred_username").GetString());
        Assert.Equal("anna@example.test", claims.GetProperty("email").GetString());
        Assert.Equal("Anna Ødegård", claims.GetProperty("name").GetString());
        Assert.Equal(["finance", "staff"], claims.GetProperty("groups").EnumerateArray().Select(g => g.GetString()));
        Assert.Equal(["pwd", "otp", "mfa"], claims.GetProperty("amr").EnumerateArray().Select(g => g.GetString()));
        Assert.Equal("two-factor", claims.GetProperty("acr").GetString());
        Assert.Equal("ses-1", claims.GetProperty("sid").GetString());
        var noon = Statements.Noon.ToUnixTimeSeconds();
        Assert.Equal(noon - 300, claims.GetProperty("auth_time").GetInt64());
        Assert.Equal(noon - 360, claims.GetProperty("mfa_proofs").GetProperty("pwd").GetInt64());
        Assert.Equal(noon, claims.GetProperty("iat").GetInt64());
        Assert.Equal(noon, claims.GetProperty("nbf").GetInt64());
        Assert.Equal(noon + 60, claims.GetProperty("exp").GetInt64());
    }

    [Fact]
    public void Nobody_has_an_empty_subject_no_strength_and_no_other_claim_of_a_person()
    {
        var claims = Statements.Claims(AssertionWriter.Write(IdentityStatement.Anonymous, Statements.Scope(), Key).Token);

        Assert.Equal(["iss", "aud", "sub", "acr", "iat", "nbf", "exp"], claims.EnumerateObject().Select(claim => claim.Name));
        Assert.Equal("", claims.GetProperty("sub").GetString());
        Assert.Equal("none", claims.GetProperty("acr").GetString());
    }

    [Fact]
    public void Text_with_quotes_and_braces_stays_text()
    {
        var hostile = Statements.Anna with { Name = "\",\"sub\":\"root\",\"x\":\"\\" };

        var claims = Statements.Claims(AssertionWriter.Write(hostile, Statements.Scope(), Key).Token);

        Assert.Equal("acc-7Qy", claims.GetProperty("sub").GetString());
        Assert.Equal(hostile.Name, claims.GetProperty("name").GetString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(301)]
    public void A_life_of_nothing_or_above_five_minutes_is_refused(int seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => AssertionWriter.Write(Statements.Anna, Statements.Scope(TimeSpan.FromSeconds(seconds)), Key));

    [Fact]
    public void Three_hundred_groups_fit_and_three_thousand_stop_at_the_cap_and_say_so()
    {
        string[] many = [.. Enumerable.Range(0, 3000).Select(i => $"team-{i:0000}")];

        var fitting = AssertionWriter.Write(Statements.Anna with { Groups = many[..300] }, Statements.Scope(), Key);
        var cut = AssertionWriter.Write(Statements.Anna with { Groups = many }, Statements.Scope(), Key);

        Assert.False(fitting.GroupsWereCut);
        Assert.Equal(300, Statements.Claims(fitting.Token).GetProperty("groups").GetArrayLength());
        Assert.True(cut.GroupsWereCut);
        var groups = Statements.Claims(cut.Token).GetProperty("groups");
        Assert.InRange(groups.GetRawText().Length, HeaderValue.MaximumGroupBytes - 20, HeaderValue.MaximumGroupBytes);
        Assert.True(Statements.Claims(cut.Token).GetProperty("mfa_groups_cut").GetBoolean());
        Assert.InRange(cut.Token.Length, 0, 8000);
    }

    [Fact]
    public async Task One_key_signs_for_many_threads_at_once()
    {
        var key = JsonDocument.Parse(JsonWebKeySet.Write([Key])).RootElement.GetProperty("keys")[0];

        var tokens = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ =>
            Task.Run(() => AssertionWriter.Write(Statements.Anna, Statements.Scope(), Key).Token, TestContext.Current.CancellationToken)));

        Assert.All(tokens, token => Assert.True(Verifies(token, key)));
    }

    private static bool Verifies(string token, JsonElement jwk)
    {
        using var verifier = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars(jwk.GetProperty("x").GetString()),
                Y = Base64Url.DecodeFromChars(jwk.GetProperty("y").GetString()),
            },
        });
        var dot = token.LastIndexOf('.');
        return verifier.VerifyData(
            Encoding.ASCII.GetBytes(token[..dot]), Base64Url.DecodeFromChars(token.AsSpan(dot + 1)), HashAlgorithmName.SHA256);
    }
}
