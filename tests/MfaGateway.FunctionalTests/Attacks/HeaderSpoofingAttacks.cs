using MfaGateway.FunctionalTests.Proxying;
using Xunit;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Somebody who writes the bytes of a request by hand tries to be somebody else to the app.</summary>
public sealed class HeaderSpoofingAttacks(SignedInGateway product) : IClassFixture<SignedInGateway>
{
    private const string Lie = "intruder-0451";

    public static TheoryData<string> Spellings =>
    [
        "Remote-User", "remote-user", "REMOTE-USER", "rEmOtE-uSeR", "Remote_User", "REMOTE_USER", "Remote.User", "Remote~User",
        "Remote|User", "Remote--User", "-Remote-User", "Remote-User-", "RemoteUser", "Remote-Name", "Remote-Email", "Remote_Groups",
        "Remote-Groups", "Remote-Role", "X-Mfa-Assertion", "x_mfa_assertion", "X-MFA-Anything", "XMfaAssertion", "X-Remote-User",
        "X-Remote-Groups", "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups", "X-Forwarded-Preferred-Username",
        "X-Auth-Request-User", "X-Auth-Request-Email", "X-WebAuth-User", "X-WEBAUTH-NAME", "X-authentik-username",
        "X-Pomerium-Claim-Email", "X-Pomerium-Jwt-Assertion", "Cf-Access-Jwt-Assertion", "Cf-Access-Authenticated-User-Email",
        "X-Goog-IAP-JWT-Assertion", "X-Goog-Authenticated-User-Email", "SSL-Client-S-DN", "Ssl_Client_Verify", "Signature",
        "Signature-Input", "Forwarded", "X-Real-IP", "True-Client-IP", "X-Original-URL", "X-Rewrite-URL", "X-Original-URI",
        "Proxy", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Forwarded-For", "X-Forwarded-Host",
        "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Forwarded-Port", "X.Forwarded.For", "X-Team-Badge", "x.team.badge",
        "X_Team_Badge", "Custom_Header",
        "SM-USER", "SM_USER", "SM-UserDN", "SM-ServerSessionId", "iv-user", "iv-user-l", "iv-groups", "iv-creds", "OAM-REMOTE-USER", "OAM_IDENTITY_DOMAIN", "Osso-User-Guid",
        "OIDC-CLAIM-email", "OIDC_CLAIM_sub", "OIDC-access-token", "OIDC-userinfo-json", "Shib-Session-ID", "Shib_Identity_Provider", "AJP_eppn", "eppn", "persistent-id",
        "unscoped-affiliation", "eduPersonPrincipalName", "MELLON-NAME-ID", "CAS-User", "X-Vouch-User", "X-Vouch-IdP-Claims-Email", "X-Consumer-Username", "X-Consumer-Custom-ID",
        "X-Credential-Identifier", "X-Authenticated-User", "X-Authenticated-Userid", "X-Authenticated-Groups", "Tailscale-User-Login", "Tailscale-User-Name", "Teleport-Jwt-Assertion",
        "X-Auth-User", "X-Auth-Username", "X-Auth-Userid", "X-Auth-Email", "X-Auth-Groups", "X-Auth-Roles", "Auth-User", "Logon-User", "X-Proxy-User", "X-Proxy-REMOTE-USER", "X-User",
        "X-User-Email", "X-UserInfo", "X-Token-Subject", "X-Token-User-Name", "X-JWT-Assertion", "Impersonate-User", "Impersonate-Extra-Scopes", "X-RH-Identity",
        "X-Client-Cert", "X-Client-Cert-DN", "Client-Cert", "Client-Cert-Chain", "X-Client-Verify", "X-SSL-CERT", "X-SSL-Subject", "SSL-Cert", "X-ARR-ClientCert", "X-ARR-SSL",
        "X-Forwarded-Client-Cert", "X-Forwarded-Access-Token", "X-Forwarded-Server", "X-Amzn-Oidc-Data", "X-Amzn-Mtls-Clientcert", "X-MS-CLIENT-PRINCIPAL", "X-MS-TOKEN-AAD-ID-TOKEN",
        "X-AppEngine-User-Email", "X-Endpoint-API-UserInfo", "Cf-Client-Cert-Sha256", "WL-Proxy-Client-IP", "WL-Proxy-Client-Cert", "X-Script-Name", "Script_Name",
        "X-Envoy-Original-Path", "X-Envoy-External-Address", "X-HTTP-Host-Override", "X-Host-Override", "X-Host", "X-Original-Host", "X-Original-Remote-Addr", "X-Original-Forwarded-For",
        "X-Rewrite-Path", "X-Client-IP", "Client-IP", "X-Cluster-Client-IP", "CF-Connecting-IP", "CF-Connecting-IPv6", "Fastly-Client-IP", "X-Azure-ClientIP", "X-Originating-IP",
        "X-Custom-IP-Authorization", "Remote-Addr", "X-Remote-Addr", "Forwarded-For", "Forwarded-For-Ip", "Forwarded-Host", "X-Forward-For", "X-Coming-From", "Coming-From", "Host-Override", "X-Scheme", "X-Url-Scheme", "Front-End-Https",
    ];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task A_header_that_claims_an_identity_does_not_reach_the_app_in_any_spelling(string name)
    {
        var anonymous = await product.ForwardAsync($"{name}: {Lie}\r\nX-Honest: yes\r\n", signedIn: false);
        var signedIn = await product.ForwardAsync($"{name}: {Lie}\r\nX-Honest: yes\r\n{name}: {Lie}\r\n", signedIn: true);

        Assert.DoesNotContain(Lie, anonymous, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Lie, signedIn, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["yes"], RawHttp.Values(anonymous, "X-Honest"));
        Assert.Empty(RawHttp.Values(anonymous, "Remote-User"));
        Assert.Single(RawHttp.Values(anonymous, "X-Mfa-Assertion"));
        Assert.Equal([SignedInGateway.UserName], RawHttp.Values(signedIn, "Remote-User"));
        Assert.Single(RawHttp.Values(signedIn, "X-Mfa-Assertion"));
    }

    [Theory]
    [InlineData("X-House-User")]
    [InlineData("x_house_anything")]
    [InlineData("X-Badge")]
    [InlineData("X.Badge")]
    public async Task A_header_that_the_operator_has_named_does_not_reach_the_app(string name)
    {
        Assert.DoesNotContain(Lie, await product.ForwardAsync($"{name}: {Lie}\r\n", signedIn: false), StringComparison.Ordinal);
        Assert.DoesNotContain(Lie, await product.ForwardAsync($"{name}: {Lie}\r\n", signedIn: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-User-Agent")]
    [InlineData("X-Auth-Token")]
    [InlineData("X-Auth-Key")]
    [InlineData("X-Token")]
    [InlineData("X-Vault-Token")]
    [InlineData("X-Requested-With")]
    [InlineData("X-Amz-Date")]
    [InlineData("X-Goog-Api-Key")]
    [InlineData("X-Badger")]
    [InlineData("Smart-Proxy")]
    [InlineData("Oid")]
    public async Task A_header_of_the_clients_own_passes(string name)
    {
        Assert.Equal([Lie], RawHttp.Values(await product.ForwardAsync($"{name}: {Lie}\r\n", signedIn: false), name));
        Assert.Equal([Lie], RawHttp.Values(await product.ForwardAsync($"{name}: {Lie}\r\n", signedIn: true), name));
    }

    [Fact]
    public async Task The_session_cookie_does_not_reach_the_app_beside_its_own_cookies()
    {
        var received = await product.ForwardAsync("", signedIn: true);

        Assert.DoesNotContain(product.Session, received, StringComparison.Ordinal);
        Assert.Equal(["theme=dark; last=1"], RawHttp.Values(received, "Cookie"));
    }

    [Theory]
    [InlineData("Remote-User")]
    [InlineData("X-Mfa-Assertion, Remote-User, X-Forwarded-For")]
    [InlineData("Cookie")]
    public async Task Nor_can_a_nomination_take_the_identity_out_of_the_products_request(string nominations)
    {
        var received = await product.ForwardAsync($"Connection: {nominations}\r\nRemote-User: {Lie}\r\n", signedIn: true);

        Assert.Equal([SignedInGateway.UserName], RawHttp.Values(received, "Remote-User"));
        Assert.Single(RawHttp.Values(received, "X-Mfa-Assertion"));
        Assert.Equal(["127.0.0.1"], RawHttp.Values(received, "X-Forwarded-For"));
        Assert.DoesNotContain(Lie, received, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Nor_where_a_route_lists_the_headers_it_lets_through(string name)
    {
        var route = new RouteConfig
        {
            Transforms =
            [
                new Dictionary<string, string>(StringComparer.Ordinal) { ["RequestHeadersAllowed"] = $"{name};Cookie;X-Honest" },
            ],
        };
        await using var gateway = await StatementGateway.StartAsync(new() { HeaderNames = { ["Remote-Name"] = "X-Team-Badge" } }, route);
        gateway.SignIn(StatementGateway.Anna);

        var received = await gateway.ForwardAsync(
            $"{name}: {Lie}\r\nX-Honest: yes\r\nX-Other: no\r\nCookie: a=1; {StatementGateway.CookieName}=s3cret\r\n");

        Assert.DoesNotContain(Lie, received, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("s3cret", received, StringComparison.Ordinal);
        Assert.Equal(["yes"], RawHttp.Values(received, "X-Honest"));
        Assert.Equal(["a=1"], RawHttp.Values(received, "Cookie"));
        Assert.Equal(["anna"], RawHttp.Values(received, "Remote-User"));
    }

    [Theory]
    [InlineData("Remote-User")]
    [InlineData("X-Mfa-Assertion")]
    [InlineData("remote-user, X-MFA-ASSERTION, Remote-Groups, Signature, Signature-Input")]
    [InlineData("close, Remote-User")]
    [InlineData("Remote-User\r\nConnection: X-Mfa-Assertion")]
    [InlineData(",,,Remote-User,,")]
    [InlineData("\tRemote-User\t")]
    public async Task A_nomination_in_Connection_cannot_take_the_identity_away(string nominations)
    {
        await using var gateway = await StatementGateway.StartAsync(new() { Signature = new() { Algorithm = "ecdsa-p256-sha256" } });
        gateway.SignIn(StatementGateway.Anna);

        var received = await gateway.ForwardAsync($"Connection: {nominations}\r\nRemote-User: {Lie}\r\n");

        Assert.Equal(["anna"], RawHttp.Values(received, "Remote-User"));
        Assert.Single(RawHttp.Values(received, "X-Mfa-Assertion"));
        Assert.Single(RawHttp.Values(received, "Signature"));
        Assert.DoesNotContain(Lie, received, StringComparison.Ordinal);
    }

    // The app may trust what the gateway sets about the client; a nomination must not remove that either. (Kestrel forgets
    // nominations that stand beside "close", "keep-alive" or "upgrade"; those headers then go on, which harms nobody.)
    [Fact]
    public async Task What_is_nominated_goes_no_further_but_what_the_gateway_sets_stays()
    {
        await using var gateway = await StatementGateway.StartAsync();

        var received = await gateway.ForwardAsync(
            "Connection: X-Hop, X-Forwarded-For, Content-Type, Authorization, no token, Host\r\nX-Hop: 1\r\nAuthorization: x\r\nX-Kept: 2\r\n");

        Assert.Empty(RawHttp.Values(received, "X-Hop"));
        Assert.Empty(RawHttp.Values(received, "Authorization"));
        Assert.Empty(RawHttp.Values(received, "Connection"));
        Assert.Equal(["127.0.0.1"], RawHttp.Values(received, "X-Forwarded-For"));
        Assert.Equal(["2"], RawHttp.Values(received, "X-Kept"));
        Assert.Single(RawHttp.Values(received, "Host"));
    }

    [Fact]
    public async Task A_nominated_length_does_not_unframe_a_body()
    {
        await using var gateway = await StatementGateway.StartAsync();

        var received = await gateway.ForwardRawAsync(
            "POST /form HTTP/1.1\r\nHost: app.test\r\nConnection: Content-Length, Content-Type\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");

        Assert.Equal(["5"], RawHttp.Values(received, "Content-Length"));
        Assert.Empty(RawHttp.Values(received, "Content-Type"));
        Assert.EndsWith("\r\n\r\nhello", received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trailer_does_not_become_a_header_or_reach_the_app()
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.SignIn(StatementGateway.Anna);

        var received = await gateway.ForwardRawAsync(
            "POST /form HTTP/1.1\r\nHost: app.test\r\nTrailer: Remote-User, X-Mfa-Assertion\r\nTransfer-Encoding: chunked\r\n\r\n"
            + $"5\r\nhello\r\n0\r\nRemote-User: {Lie}\r\nX-Mfa-Assertion: {Lie}\r\n\r\n");

        Assert.DoesNotContain(Lie, received, StringComparison.Ordinal);
        Assert.Equal(["anna"], RawHttp.Values(received, "Remote-User"));
    }

    [Theory]
    [InlineData("Remote-User : " + Lie)]
    [InlineData("X-Honest: a\r\n Remote-User: " + Lie)]
    [InlineData("X-Honest: a\rRemote-User: " + Lie)]
    [InlineData("Remote-User\0: " + Lie)]
    [InlineData("Remote\u00A0User: " + Lie)]
    [InlineData("\u00D2emote-User: " + Lie)]
    [InlineData(": " + Lie)]
    public async Task A_malformed_header_line_is_refused(string line)
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.SignIn(StatementGateway.Anna);

        var answer = await gateway.SendAsync($"GET / HTTP/1.1\r\nHost: app.test\r\n{line}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_transform_that_passes_on_what_a_client_says_cannot_add_to_the_identity()
    {
        var route = new RouteConfig
        {
            Transforms =
            [
                new Dictionary<string, string>(StringComparer.Ordinal) { ["RequestHeader"] = "Remote-User", ["Append"] = Lie },
                new Dictionary<string, string>(StringComparer.Ordinal) { ["RequestHeader"] = "X-Mfa-Assertion", ["Set"] = Lie },
                new Dictionary<string, string>(StringComparer.Ordinal) { ["RequestHeader"] = "Signature", ["Set"] = Lie },
            ],
        };
        await using var gateway = await StatementGateway.StartAsync(route: route);

        var anonymous = await gateway.ForwardAsync();
        gateway.SignIn(StatementGateway.Anna);
        var signedIn = await gateway.ForwardAsync();

        Assert.DoesNotContain(Lie, anonymous, StringComparison.Ordinal);
        Assert.DoesNotContain(Lie, signedIn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_route_may_ask_for_underscores_and_method_overrides_but_never_for_identity_in_them()
    {
        var route = new RouteConfig
        {
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["MfaGateway.AllowUnderscoreHeaders"] = "true",
                ["MfaGateway.AllowMethodOverride"] = "true",
            },
        };
        await using var gateway = await StatementGateway.StartAsync(route: route);

        var received = await gateway.ForwardAsync(
            $"Api_Key: k\r\nX-HTTP-Method-Override: PUT\r\nRemote_User: {Lie}\r\nX_Forwarded_User: {Lie}\r\n");

        Assert.Equal(["k"], RawHttp.Values(received, "Api_Key"));
        Assert.Equal(["PUT"], RawHttp.Values(received, "X-HTTP-Method-Override"));
        Assert.DoesNotContain(Lie, received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_header_names_does_not_let_a_later_lie_through()
    {
        await using var gateway = await StatementGateway.StartAsync();
        for (var batch = 0; batch < 30; batch++)
            await gateway.ForwardAsync(string.Concat(Enumerable.Range(0, 60).Select(i => $"X-Flood-{batch}-{i}: 1\r\n")));

        var received = await gateway.ForwardAsync($"Remote-Anything-New: {Lie}\r\n");

        Assert.DoesNotContain(Lie, received, StringComparison.Ordinal);
    }
}
