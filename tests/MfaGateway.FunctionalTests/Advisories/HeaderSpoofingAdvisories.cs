using System.Buffers.Text;
using System.Text;
using MfaGateway.FunctionalTests.Proxying;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Headers by which a client claims to be another person to the app, or takes away what the gateway states.</summary>
public sealed class HeaderSpoofingAdvisories(ReplayGateway gateway) : IClassFixture<ReplayGateway>
{
    private const string Lie = "intruder-0451";
    private const string Rules = "src/MfaGateway.Core/IdentityHeaders/InboundHeaderRules.cs";
    private const string Nominations = "src/MfaGateway/Proxying/StateIdentity.cs";

    [Theory]
    [Advisory("CVE-2025-64484", "oauth2-proxy", "An identity header with an underscore passes beside the real one, and the app folds both into one", Rules)]
    [InlineData("Remote_User")]
    [InlineData("X_Forwarded_User")]
    [InlineData("X_Auth_Request_Email")]
    public Task Underscores_do_not_carry_an_identity(string name) => ClaimsNothingAsync(name);

    [Theory]
    [Advisory("CVE-2026-54763", "Traefik", "The name that the proxy itself sets is stripped in its usual spelling, not with an underscore", Rules)]
    [InlineData("Remote_Groups")]
    [InlineData("X_Mfa_Assertion")]
    [InlineData("X_Auth_User")]
    public Task Underscores_in_names_that_the_gateway_sets_do_not_pass(string name) => ClaimsNothingAsync(name);

    [Theory]
    [Advisory("CVE-2026-88011", "Traefik", "Dots in the name of an identity header, which CGI and WSGI servers fold", Rules)]
    [InlineData("Remote.User")]
    [InlineData("X.Remote.User")]
    [InlineData("X.Forwarded.User")]
    public Task Dots_do_not_carry_an_identity(string name) => ClaimsNothingAsync(name);

    [Theory]
    [Advisory("CVE-2026-33433", "Traefik", "The header in another letter case stays beside the one that the proxy sets", Nominations)]
    [InlineData("remote-user")]
    [InlineData("REMOTE-USER")]
    [InlineData("rEMOTE-gROUPS")]
    public Task Letter_case_does_not_carry_an_identity(string name) => ClaimsNothingAsync(name);

    [Theory]
    [Advisory("CVE-2026-52845", "Caddy", "A name that FastCGI folds to the identity header's variable is not removed", Rules)]
    [InlineData("Remote-_User")]
    [InlineData("Remote~User")]
    [InlineData("Remote|Groups")]
    public Task Names_that_a_gateway_interface_folds_do_not_pass(string name) => ClaimsNothingAsync(name);

    [Fact]
    [Advisory("CVE-2026-30851", "Caddy", "A header that the sign-in service leaves out, as of a person without groups, is taken from the client", Nominations)]
    public async Task What_the_gateway_has_nothing_to_say_about_is_not_taken_from_the_client()
    {
        var received = await gateway.GetAsync("/admin/page", $"Remote-Groups: {Lie}\r\nRemote-Name: {Lie}\r\n", signedIn: true);

        Assert.Equal([ReplayGateway.UserName], received.Values("Remote-User"));
        Assert.DoesNotContain(Lie, received.AtTheApp, StringComparison.Ordinal);
    }

    [Theory]
    [Advisory("CVE-2021-32777", "Envoy", "Of a header that comes several times one is judged and all are sent", Rules)]
    [Advisory("CVE-2020-25017", "Envoy", "Of a header that comes several times the first alone is looked at and replaced", Rules)]
    [InlineData("Remote-User: ada\r\nRemote-User: " + Lie)]
    [InlineData("Remote-User: ada, " + Lie)]
    [InlineData("Remote-User:\r\nRemote-User: " + Lie + "\r\nRemote-User:")]
    // Nothing that the gateway states takes the place of these.
    [InlineData("X-Auth-User: ada\r\nX-Auth-User: " + Lie)]
    [InlineData("X-Real-IP: 127.0.0.1\r\nX-Real-IP: " + Lie)]
    public async Task A_header_that_comes_several_times_is_removed_every_time(string lines)
    {
        foreach (var (target, signedIn) in new[] { ("/page", false), ("/admin/page", true) })
        {
            var received = await gateway.GetAsync(target, lines + "\r\n", signedIn);
            Assert.DoesNotContain(Lie, received.AtTheApp, StringComparison.Ordinal);
            Assert.Equal(signedIn ? [ReplayGateway.UserName] : [], received.Values("Remote-User"));
        }
    }

    [Theory]
    [Advisory("CVE-2025-48865", "Fabio", "Connection names the headers that the proxy adds, and they are removed as hop-by-hop", Nominations)]
    [InlineData("Remote-User, X-Mfa-Assertion, Remote-Email")]
    [InlineData("Remote-Email\r\nConnection: Remote-User")]
    public async Task Connection_cannot_take_the_identity_away(string nominated)
    {
        var received = await gateway.NominateAsync("/admin/page", $"Connection: {nominated}\r\nX-Hop: 1\r\n", signedIn: true);

        Assert.Equal([ReplayGateway.UserName], RawHttp.Values(received, "Remote-User"));
        Assert.Single(RawHttp.Values(received, "X-Mfa-Assertion"));
        Assert.Single(RawHttp.Values(received, "Remote-Email"));
        Assert.Single(RawHttp.Values(received, "X-Hop"));
    }

    [Theory]
    [Advisory("CVE-2024-45410", "Traefik", "Connection names X-Forwarded-For and its like, so that the app does not learn the client's address", "src/MfaGateway/Proxying/IdentityHeadersRegistration.cs")]
    [Advisory("CVE-2022-31813", "Apache HTTP Server (mod_proxy)", "Connection names X-Forwarded-For, and an app that checks the address takes the client for the proxy", "src/MfaGateway/Proxying/IdentityHeadersRegistration.cs")]
    [InlineData("X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Proto")]
    public async Task Connection_cannot_take_the_clients_address_away(string nominated)
    {
        var received = await gateway.NominateAsync("/page", $"Connection: {nominated}\r\n");

        Assert.Equal(["127.0.0.1"], RawHttp.Values(received, "X-Forwarded-For"));
        Assert.Equal(["https"], RawHttp.Values(received, "X-Forwarded-Proto"));
        Assert.Single(RawHttp.Values(received, "X-Forwarded-Host"));
    }

    [Theory]
    [Advisory("CVE-2026-29054", "Traefik", "Connection in lower case gets past the protection of the forwarded headers", "src/MfaGateway/Proxying/ConnectionNominations.cs")]
    [InlineData("connection: x-forwarded-for, x-mfa-assertion, x-hop")]
    [InlineData("CONNECTION: X-FORWARDED-FOR\r\nconnection: x-mfa-assertion, X-Hop")]
    [InlineData("CONNECTION: X-FORWARDED-FOR, X-MFA-ASSERTION, X-HOP")]
    public async Task Letter_case_of_a_nomination_changes_nothing(string lines)
    {
        var received = await gateway.NominateAsync("/page", $"{lines}\r\nX-Hop: {Lie}\r\n");

        Assert.Single(RawHttp.Values(received, "X-Forwarded-For"));
        Assert.Single(RawHttp.Values(received, "X-Mfa-Assertion"));
        Assert.DoesNotContain(Lie, received, StringComparison.Ordinal);
    }

    [Fact]
    [Advisory("GHSA-w9mr-28mw-j8hg", "Ory Oathkeeper", "Connection names the header by which the proxy states who the client is", Nominations)]
    public async Task A_nominated_statement_is_stated_all_the_same()
    {
        var received = await gateway.NominateAsync("/page", "Connection: X-Mfa-Assertion\r\nX-Mfa-Assertion: a.b.c\r\n");

        var token = Assert.Single(RawHttp.Values(received, "X-Mfa-Assertion"));
        Assert.Contains("\"acr\":\"none\"", ClaimsOf(token), StringComparison.Ordinal);
    }

    [Theory]
    [Advisory("CVE-2026-25119", "Gogs", "The app believes a user name in a header from every client that reaches it", Rules)]
    [Advisory("CVE-2022-35957", "Grafana", "The header of a proxy that signs people in is believed from a client", Rules)]
    [InlineData("X-WEBAUTH-USER")]
    [InlineData("X-WEBAUTH-EMAIL")]
    [InlineData("X-WebAuth-Groups")]
    public Task Headers_of_an_app_that_lets_a_proxy_sign_in_do_not_pass(string name) => ClaimsNothingAsync(name);

    [Theory]
    [Advisory("CVE-2026-63439", "2FAuth", "A guard for reverse proxies signs in the user that the client names", Rules)]
    [Advisory("CVE-2026-54089", "File Browser", "Sign-in by a proxy's header creates and opens the account that a client names in it", Rules)]
    [InlineData("Remote-User")]
    [InlineData("X-Remote-User")]
    [InlineData("X-Forwarded-Preferred-Username")]
    public Task Headers_that_apps_sign_people_in_by_do_not_pass(string name) => ClaimsNothingAsync(name);

    [Theory]
    [Advisory("CVE-2024-45614", "Puma", "A forwarded header with underscores overwrites the one that the proxy set", Rules)]
    [InlineData("X_Forwarded_For")]
    [InlineData("X-Forwarded_For")]
    [InlineData("X_Forwarded_Host")]
    public async Task Underscores_do_not_overwrite_what_the_gateway_says_of_the_client(string name)
    {
        var received = await gateway.GetAsync("/page", $"{name}: {Lie}\r\n");

        Assert.DoesNotContain(Lie, received.AtTheApp, StringComparison.Ordinal);
        Assert.Equal(["127.0.0.1"], received.Values("X-Forwarded-For"));
    }

    [Theory]
    [Advisory("CVE-2026-39858", "Traefik", "X_Forwarded_Proto is not removed, and what signs people in believes it", Rules)]
    [InlineData("X_Forwarded_Proto: http")]
    [InlineData("X-Forwarded_Proto: http")]
    [InlineData("X.Forwarded.Proto: http")]
    public async Task An_alias_of_a_forwarded_header_says_nothing(string line)
    {
        var received = await gateway.GetAsync("/page", line + "\r\n");

        Assert.Equal(["https"], received.Values("X-Forwarded-Proto"));
        Assert.DoesNotContain(line[..line.IndexOf(':')], received.AtTheApp, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Advisory("CVE-2026-63329", "Warpgate", "In the handshake of a WebSocket the client's own user header reaches the app", Rules)]
    public async Task The_handshake_of_a_WebSocket_carries_no_identity_of_the_clients_making()
    {
        const string Handshake = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        foreach (var name in new[] { "Remote-User", "Remote_User", "X-Remote-User", "X-Mfa-Assertion" })
        {
            var received = await gateway.SendAsync($"GET /admin/socket HTTP/1.1\r\n{Handshake}{name}: {Lie}\r\n", signedIn: true);

            Assert.Equal(["websocket"], received.Values("Upgrade"));
            Assert.Equal([ReplayGateway.UserName], received.Values("Remote-User"));
            Assert.DoesNotContain(Lie, received.AtTheApp, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Advisory("CVE-2026-72564", "Pangolin", "A token that was made for one resource opens another one", "src/MfaGateway/Proxying/AssertionSigner.cs")]
    public async Task A_statement_made_for_one_app_says_nothing_to_another()
    {
        var first = Assert.Single((await gateway.GetAsync("/admin/page", signedIn: true)).Values("X-Mfa-Assertion"));
        var second = Assert.Single((await gateway.GetAsync("/second/page", signedIn: true)).Values("X-Mfa-Assertion"));
        Assert.Contains("\"aud\":\"app\"", ClaimsOf(first), StringComparison.Ordinal);
        Assert.Contains("\"aud\":\"second\"", ClaimsOf(second), StringComparison.Ordinal);

        // An app that got it, or whoever reads its logs, sends it on by way of the gateway.
        var replayed = Assert.Single((await gateway.GetAsync("/second/public/page", $"X-Mfa-Assertion: {first}\r\n")).Values("X-Mfa-Assertion"));
        Assert.Contains("\"acr\":\"none\"", ClaimsOf(replayed), StringComparison.Ordinal);
    }

    [Theory]
    [Advisory("CVE-2024-21499", "caddy-security", "A forwarded scheme of the client's own making reaches redirects and the app", "src/MfaGateway/Hardening/ForwardedClientMiddleware.cs")]
    [InlineData("X-Forwarded-Proto: javascript")]
    [InlineData("X-Forwarded-Proto: http")]
    public async Task A_client_does_not_choose_the_scheme(string line)
    {
        var received = await gateway.GetAsync("/page", line + "\r\n");
        Assert.Equal(["https"], received.Values("X-Forwarded-Proto"));
    }

    private static string ClaimsOf(string token) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1]));

    /// <summary>Neither a stranger's request nor that of a person who is signed in carries the claim, and both arrive.</summary>
    private async Task ClaimsNothingAsync(string name)
    {
        var stranger = await gateway.GetAsync("/page", $"{name}: {Lie}\r\nX-Honest: yes\r\n");
        Assert.DoesNotContain(Lie, stranger.AtTheApp, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(stranger.Values("Remote-User"));
        Assert.Equal(["yes"], stranger.Values("X-Honest"));

        var person = await gateway.GetAsync("/admin/page", $"{name}: {Lie}\r\nX-Honest: yes\r\n", signedIn: true);
        Assert.DoesNotContain(Lie, person.AtTheApp, StringComparison.OrdinalIgnoreCase);
        Assert.Equal([ReplayGateway.UserName], person.Values("Remote-User"));
        Assert.Equal(["yes"], person.Values("X-Honest"));
    }
}
