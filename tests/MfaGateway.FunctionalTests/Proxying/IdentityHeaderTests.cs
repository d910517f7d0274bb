using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using MfaGateway.Core.Storage;
using MfaGateway.Proxying;
using Microsoft.AspNetCore.DataProtection;
using Xunit;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.FunctionalTests.Proxying;

public sealed class IdentityHeaderTests
{
    [Fact]
    public async Task The_app_is_told_who_is_there_in_plain_headers_and_in_an_assertion()
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.SignIn(StatementGateway.Anna);

        var received = await gateway.ForwardAsync();

        Assert.Equal(["anna"], RawHttp.Values(received, "Remote-User"));
        Assert.Equal(["Anna %C3%98deg%C3%A5rd"], RawHttp.Values(received, "Remote-Name"));
        Assert.Equal(["anna@example.test"], RawHttp.Values(received, "Remote-Email"));
        Assert.Equal(["finance,staff"], RawHttp.Values(received, "Remote-Groups"));
        var claims = Claims(received);
        Assert.Equal("acc-7Qy", claims.GetProperty("sub").GetString());
        Assert.Equal("app", claims.GetProperty("aud").GetString());
        Assert.Equal("Anna Ødegård", claims.GetProperty("name").GetString());
        Assert.Empty(RawHttp.Values(received, "Signature"));
    }

    [Fact]
    public async Task Nobody_is_stated_as_nobody_and_without_plain_headers()
    {
        await using var gateway = await StatementGateway.StartAsync();

        var received = await gateway.ForwardAsync();

        Assert.Equal("", Claims(received).GetProperty("sub").GetString());
        Assert.Equal("none", Claims(received).GetProperty("acr").GetString());
        Assert.DoesNotContain("Remote-", received, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_cluster_is_told_under_its_own_names_for_its_own_audience_and_of_its_own_groups()
    {
        await using var gateway = await StatementGateway.StartAsync(new()
        {
            Audience = "https://wiki.example.test",
            HeaderNames = { ["remote-user"] = "X-WEBAUTH-USER", ["Remote-Email"] = "", ["X-Mfa-Assertion"] = "X-Token" },
            Groups = ["finance", "board"],
        });
        gateway.SignIn(StatementGateway.Anna);

        var received = await gateway.ForwardAsync("X-Token: forged\r\nX-Webauth-User: root\r\n");

        Assert.Equal(["anna"], RawHttp.Values(received, "X-WEBAUTH-USER"));
        Assert.Equal(["finance"], RawHttp.Values(received, "Remote-Groups"));
        Assert.Empty(RawHttp.Values(received, "Remote-User"));
        Assert.Empty(RawHttp.Values(received, "Remote-Email"));
        Assert.Empty(RawHttp.Values(received, "X-Mfa-Assertion"));
        var claims = Claims(received, "X-Token");
        Assert.Equal("https://wiki.example.test", claims.GetProperty("aud").GetString());
        Assert.Equal(["finance"], claims.GetProperty("groups").EnumerateArray().Select(group => group.GetString()));
    }

    [Fact]
    public async Task A_session_of_which_nothing_can_be_said_is_not_forwarded()
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.SessionWithoutStatement = true;

        var answer = await gateway.SendAsync("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 503", answer, StringComparison.Ordinal);
        Assert.Single(RawHttp.Values(answer, "Retry-After"));
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task An_identity_that_cannot_be_signed_is_not_forwarded()
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.SignIn(StatementGateway.Anna with { Groups = null! });

        var answer = await gateway.SendAsync("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 503", answer, StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task An_assertion_is_reused_for_half_its_life_and_no_longer()
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.SignIn(StatementGateway.Anna);

        var first = Assertion(await gateway.ForwardAsync());
        gateway.Clock.Advance(TimeSpan.FromSeconds(15));
        var reused = Assertion(await gateway.ForwardAsync());
        gateway.Clock.Advance(TimeSpan.FromSeconds(16));
        var renewed = Assertion(await gateway.ForwardAsync());

        Assert.Equal(first, reused);
        Assert.NotEqual(first, renewed);
    }

    [Fact]
    public async Task A_changed_session_is_told_at_once()
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.SignIn(StatementGateway.Anna);
        await gateway.ForwardAsync();
        gateway.SignIn(StatementGateway.Anna with { Groups = ["staff"] });

        var received = await gateway.ForwardAsync();

        Assert.Equal(["staff"], RawHttp.Values(received, "Remote-Groups"));
        Assert.Equal(1, Claims(received).GetProperty("groups").GetArrayLength());
    }

    [Fact]
    public async Task Keys_roll_by_themselves_and_the_next_one_is_published_before_it_signs()
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.SignIn(StatementGateway.Anna);
        var first = Kid(await gateway.ForwardAsync());

        gateway.Clock.Advance(TimeSpan.FromDays(89));
        await gateway.Ring.RefreshAsync(TestContext.Current.CancellationToken);
        var early = await gateway.ForwardAsync();
        var both = await PublishedAsync(gateway);
        gateway.Clock.Advance(TimeSpan.FromDays(1));
        await gateway.Ring.RefreshAsync(TestContext.Current.CancellationToken);
        var late = await gateway.ForwardAsync();
        gateway.Clock.Advance(TimeSpan.FromDays(1));
        await gateway.Ring.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(first, Kid(early));
        Assert.Equal(2, both.Length);
        Assert.Equal(both[1], Kid(late));
        Assert.Equal([both[1]], await PublishedAsync(gateway));
        Assert.Single(await gateway.Keys.ListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Gateways_that_start_together_sign_with_one_key()
    {
        await using var keys = await KeptKeys.AddAsync(TestContext.Current.CancellationToken);
        var protection = new EphemeralDataProtectionProvider();

        var gateways = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StatementGateway.StartAsync(keys: keys, protection: protection)));

        Assert.Single(gateways.Select(gateway => gateway.Ring.Signer.Kid).Distinct());
        foreach (var gateway in gateways)
            await gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_gateway_that_cannot_decrypt_its_key_does_not_start_and_makes_no_new_one()
    {
        await using var keys = await KeptKeys.AddAsync(TestContext.Current.CancellationToken);
        await (await StatementGateway.StartAsync(keys: keys)).DisposeAsync();

        var failure = await Assert.ThrowsAsync<SigningKeyUnreadableException>(() => StatementGateway.StartAsync(keys: keys));

        var kept = Assert.Single(await keys.ListAsync(TestContext.Current.CancellationToken));
        Assert.Contains(kept.Kid, failure.Message, StringComparison.Ordinal);
        Assert.IsType<CryptographicException>(failure.InnerException, exactMatch: false);
    }

    [Fact]
    public async Task Keys_read_before_stay_in_use_while_the_store_is_down()
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.Keys.IsDown = true;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => gateway.Ring.RefreshAsync(TestContext.Current.CancellationToken));

        Assert.Equal(gateway.Ring.Signer.Kid, Kid(await gateway.ForwardAsync()));
    }

    [Fact]
    public async Task Private_keys_are_not_in_the_store_in_the_clear()
    {
        await using var gateway = await StatementGateway.StartAsync();
        var row = Assert.Single(await gateway.Keys.ListAsync(TestContext.Current.CancellationToken));

        Assert.False(row.ProtectedPkcs8.AsSpan().IndexOf(gateway.Ring.Signer.ExportPkcs8()) >= 0);
        using var read = ECDsa.Create();
        Assert.Throws<CryptographicException>(() => read.ImportPkcs8PrivateKey(row.ProtectedPkcs8, out _));
    }

    [Fact]
    public async Task The_key_set_may_be_cached_for_five_minutes_by_anybody()
    {
        await using var gateway = await StatementGateway.StartAsync();

        var answer = await gateway.SendAsync($"GET {StatementGateway.PathPrefix}/.well-known/jwks.json HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal(["public, max-age=300"], RawHttp.Values(answer, "Cache-Control"));
        Assert.Equal(["application/json"], RawHttp.Values(answer, "Content-Type"));
    }

    [Theory]
    [InlineData("a=1; b=2", "a=1; b=2")]
    [InlineData("__Host-mfa=s3cret", null)]
    [InlineData("__Host-mfa=s3cret; a=1", "a=1")]
    [InlineData("a=1; __Host-mfa=s3cret", "a=1")]
    [InlineData("a=1; __Host-mfa=s3cret; b=2", "a=1; b=2")]
    [InlineData("a=1;__Host-mfa=s3cret;b=2", "a=1;b=2")]
    [InlineData("__Host-mfa=s3cret; __Host-mfa=s3cret2; mfa-flow=s3cret; c=3", "c=3")]
    [InlineData("a=\"x y\";  b=2 ;c; __host-MFA=s3cret; d==", "a=\"x y\";  b=2 ;c; d==")]
    [InlineData("a=__Host-mfa; x__Host-mfa=1", "a=__Host-mfa; x__Host-mfa=1")]
    [InlineData("=__Host-mfa=s3cret; a=1", "a=1")]
    [InlineData("a=1; b=caf\u00C3\u00A9", "a=1; b=caf\u00C3\u00A9")]
    public async Task The_gateways_cookies_stay_behind_and_the_apps_pass_byte_for_byte(string sent, string? received)
    {
        await using var gateway = await StatementGateway.StartAsync();

        var request = await gateway.ForwardAsync($"Cookie: {sent}\r\n");

        Assert.Equal(received is null ? [] : [received], RawHttp.Values(request, "Cookie"));
        Assert.DoesNotContain("s3cret", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("__Host-mfa=x; Path=/; Secure", false)]
    [InlineData("__HOST-MFA=x", false)]
    [InlineData(" __Host-mfa =; Max-Age=0", false)]
    [InlineData("mfa-flow=", false)]
    [InlineData("=__Host-mfa=x", false)]
    [InlineData("__Host-mfa", false)]
    [InlineData("__Host-mfa2=x", true)]
    [InlineData("app=__Host-mfa", true)]
    [InlineData("app=1; Path=/; HttpOnly", true)]
    public async Task An_app_sets_its_own_cookies_but_not_the_gateways(string setCookie, bool passes)
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.Upstream.AnswerHeaders = $"Set-Cookie: {setCookie}\r\nSet-Cookie: other=1; Path=/\r\nX-App: v\r\n";

        var answer = await gateway.SendAsync("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");

        Assert.Equal(passes ? [setCookie, "other=1; Path=/"] : ["other=1; Path=/"], RawHttp.Values(answer, "Set-Cookie"));
        Assert.Equal(["v"], RawHttp.Values(answer, "X-App"));
    }

    [Theory]
    [InlineData("\"cookies\"", null)]
    [InlineData("\"*\"", null)]
    [InlineData("\"cache\", \"cookies\", \"storage\"", "\"cache\", \"storage\"")]
    [InlineData("\"cache\"", "\"cache\"")]
    public async Task An_app_cannot_clear_the_gateways_cookies(string sent, string? received)
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.Upstream.AnswerHeaders = $"Clear-Site-Data: {sent}\r\n";

        var answer = await gateway.SendAsync("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");

        Assert.Equal(received is null ? [] : [received], RawHttp.Values(answer, "Clear-Site-Data"));
    }

    [Fact]
    public async Task Header_bytes_outside_ASCII_pass_both_ways_as_they_are()
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.Upstream.AnswerHeaders = "X-Answer: gr\u00C3\u00BC\u00DF\r\n";

        var answer = await gateway.SendAsync("GET / HTTP/1.1\r\nHost: app.test\r\nX-Title: caf\u00C3\u00A9 \u00E9\u00FF\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal(["gr\u00C3\u00BC\u00DF"], RawHttp.Values(answer, "X-Answer"));
        Assert.True(gateway.Upstream.Requests.TryDequeue(out var received));
        Assert.Equal(["caf\u00C3\u00A9 \u00E9\u00FF"], RawHttp.Values(received, "X-Title"));
    }

    // A 502 would count against the health of a destination that has done nothing wrong.
    [Fact]
    public async Task No_byte_in_a_header_value_makes_the_destination_look_ill()
    {
        await using var gateway = await StatementGateway.StartAsync();
        for (var octet = 0; octet <= 255; octet++)
        {
            var answer = await gateway.SendAsync($"GET / HTTP/1.1\r\nHost: app.test\r\nX-Title: a{(char)octet}b\r\n\r\n");
            Assert.True(answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), $"{octet:X2}: {answer}");
        }
    }

    [Fact]
    public async Task A_WebSocket_handshake_passes_with_its_statement()
    {
        await using var gateway = await StatementGateway.StartAsync(new() { Signature = new() { Algorithm = "ecdsa-p256-sha256" } });
        gateway.SignIn(StatementGateway.Anna);

        var received = await gateway.ForwardAsync(
            "Connection: Upgrade, Remote-User\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");

        Assert.Equal(["Upgrade"], RawHttp.Values(received, "Connection"));
        Assert.Equal(["websocket"], RawHttp.Values(received, "Upgrade"));
        Assert.Equal(["anna"], RawHttp.Values(received, "Remote-User"));
        Assert.Single(RawHttp.Values(received, "Signature"));
    }

    [Fact]
    public async Task Three_thousand_groups_do_not_break_the_app()
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.SignIn(StatementGateway.Anna with { Groups = [.. Enumerable.Range(0, 3000).Select(i => $"team-{i:0000}")] });

        var received = await gateway.ForwardAsync();

        Assert.InRange(RawHttp.Head(received).Length, 8_000, 14_000);
        Assert.True(Claims(received).GetProperty("mfa_groups_cut").GetBoolean());
    }

    [Fact]
    public async Task Route_metadata_that_is_neither_true_nor_false_stops_the_start()
    {
        var route = new RouteConfig
        {
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["MfaGateway.AllowUnderscoreHeaders"] = "yes" },
        };

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => StatementGateway.StartAsync(route: route));

        Assert.Contains("MfaGateway.AllowUnderscoreHeaders", failure.ToString(), StringComparison.Ordinal);
    }

    private static string Assertion(string request) => RawHttp.Values(request, "X-Mfa-Assertion").Single();

    private static JsonElement Claims(string request, string header = "X-Mfa-Assertion") =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(RawHttp.Values(request, header).Single().Split('.')[1])).RootElement;

    private static string Kid(string request) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(Assertion(request).Split('.')[0])).RootElement.GetProperty("kid").GetString()!;

    private static async Task<string[]> PublishedAsync(StatementGateway gateway)
    {
        using var client = new HttpClient();
        var set = await client.GetStringAsync(
            new Uri($"{gateway.Address}{StatementGateway.PathPrefix}{JwksEndpoint.Path}"), TestContext.Current.CancellationToken);
        return [.. JsonDocument.Parse(set).RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }
}
