using MfaGateway.Configuration;
using MfaGateway.Core.Access;
using MfaGateway.Core.Factors.Totp;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace MfaGateway.FunctionalTests.Configuration;

/// <summary>An operator's mistakes, and the line each one gets.</summary>
public sealed class ConfigurationFaultTests
{
    private const string RemovableHeader = "a header name, or three letters or digits at least of its beginning with * behind it, that HTTP itself does not use";
    private const string Policies = "Anonymous, one-factor, two-factor, deny";

    private static readonly Dictionary<string, string?> Wiki = new(StringComparer.Ordinal)
    {
        ["ReverseProxy:Routes:wiki:ClusterId"] = "wiki",
        ["ReverseProxy:Routes:wiki:Match:Path"] = "{**rest}",
        ["ReverseProxy:Clusters:wiki:Destinations:one:Address"] = "http://127.0.0.1:8080/",
    };

    public static TheoryData<string, string, string> SingleFaults => new()
    {
        { "Totp:SkewSteps", "9", "MfaGateway:Totp:SkewSteps must be 0 to 2, but was 9." },
        { "Totp:SkewSteps", "-1", "MfaGateway:Totp:SkewSteps must be 0 to 2, but was -1." },
        { "Totp:SkewSteps", "one", "MfaGateway:Totp:SkewSteps must be 0 to 2, but was \"one\"." },
        { "Totp:SkewSteps", "", "MfaGateway:Totp:SkewSteps must be 0 to 2, but was \"\"." },
        { "Totp:SkewSteps", "99999999999999999999", "MfaGateway:Totp:SkewSteps must be 0 to 2, but was 99999999999999999999." },
        { "Totp:Digits", "7", "MfaGateway:Totp:Digits must be 6 or 8, but was 7." },
        { "Totp:PeriodSeconds", "14", "MfaGateway:Totp:PeriodSeconds must be 15 to 120, but was 14." },
        { "Totp:Algorithm", "MD5", "MfaGateway:Totp:Algorithm must be SHA1, SHA256 or SHA512, but was \"MD5\"." },
        { "Totp:Algorithm", "1", "MfaGateway:Totp:Algorithm must be SHA1, SHA256 or SHA512, but was 1." },
        { "Totp:Issuer", "a:b", "MfaGateway:Totp:Issuer must be 1 to 64 characters on one line, without a colon, but was \"a:b\"." },
        { "Totp", "yes", "MfaGateway:Totp must be a section, but was \"yes\"." },
        { "PathPrefix", "/", "MfaGateway:PathPrefix must be one or more segments of letters, digits, - and _, each after a slash, but was \"/\"." },
        { "PathPrefix", "/_mfa/", "MfaGateway:PathPrefix must be one or more segments of letters, digits, - and _, each after a slash, but was \"/_mfa/\"." },
        { "PublicOrigin", "apps.example.org", "MfaGateway:PublicOrigin must be an https origin in lower case such as https://apps.example.org (http on loopback alone), but was \"apps.example.org\"." },
        { "PublicOrigin", "https://apps.example.org/x", "MfaGateway:PublicOrigin must be an https origin in lower case such as https://apps.example.org (http on loopback alone), but was \"https://apps.example.org/x\"." },
        { "PublicOrigin", "http://apps.example.org", "MfaGateway:PublicOrigin must be an https origin in lower case such as https://apps.example.org (http on loopback alone), but was \"http://apps.example.org\"." },
        { "SiteName", "a\nb", "MfaGateway:SiteName must be 1 to 64 characters on one line, but was \"a\\u000Ab\"." },
        { "Contact", " ", "MfaGateway:Contact must be 1 to 200 characters on one line, but was \" \"." },
        { "DataDirectory", "", "MfaGateway:DataDirectory must be a directory, but was \"\"." },
        { "SecretsDirectory", "/nowhere/at/all", "MfaGateway:SecretsDirectory must be an existing directory, but was \"/nowhere/at/all\"." },
        { "TrustedProxies:0", "0.0.0.0/0", "MfaGateway:TrustedProxies:0 must be a network such as 10.0.0.0/8 or fd00::/8, without bits behind its prefix, and not all addresses, but was \"0.0.0.0/0\"." },
        { "TrustedProxies:0", "::/0", "MfaGateway:TrustedProxies:0 must be a network such as 10.0.0.0/8 or fd00::/8, without bits behind its prefix, and not all addresses, but was \"::/0\"." },
        { "TrustedProxies:0", "10.0.0.1/8", "MfaGateway:TrustedProxies:0 must be a network such as 10.0.0.0/8 or fd00::/8, without bits behind its prefix, and not all addresses, but was \"10.0.0.1/8\"." },
        { "TrustedProxies", "10.0.0.0/8", "MfaGateway:TrustedProxies must be a list, each entry a network such as 10.0.0.0/8 or fd00::/8, without bits behind its prefix, and not all addresses, but was \"10.0.0.0/8\"." },
        { "RemovedHeaders:0", "X A", $"MfaGateway:RemovedHeaders:0 must be {RemovableHeader}, but was \"X A\"." },
        { "RemovedHeaders:0", "*", $"MfaGateway:RemovedHeaders:0 must be {RemovableHeader}, but was \"*\"." },
        { "RemovedHeaders:0", "X-*", $"MfaGateway:RemovedHeaders:0 must be {RemovableHeader}, but was \"X-*\"." },
        { "RemovedHeaders:0", "X-*-User", $"MfaGateway:RemovedHeaders:0 must be {RemovableHeader}, but was \"X-*-User\"." },
        { "RemovedHeaders:0", "cookie", $"MfaGateway:RemovedHeaders:0 must be {RemovableHeader}, but was \"cookie\"." },
        { "RemovedHeaders:0", "Content-*", $"MfaGateway:RemovedHeaders:0 must be {RemovableHeader}, but was \"Content-*\"." },
        { "Store:Provider", "MySql", "MfaGateway:Store:Provider must be Sqlite, LiteDb or Postgres, but was \"MySql\"." },
        { "Store:Provider", "Postgres", "MfaGateway:Store:ConnectionString must be an Npgsql connection string with Provider Postgres, but was not set." },
        { "Store:ConnectionString", "Host=db;Password=hush", "MfaGateway:Store:ConnectionString must be left out with Provider Sqlite, but was set." },
        { "Mail:Provider", "Smpt", "MfaGateway:Mail:Provider must be Pickup, Smtp or Sendmail, but was \"Smpt\"." },
        { "Mail:Smtp:Host", "mail.example.org:25", "MfaGateway:Mail:Smtp:Host must be a host name or an IP address, but was \"mail.example.org:25\"." },
        { "Mail:Smtp:Port", "0", "MfaGateway:Mail:Smtp:Port must be 1 to 65535, but was 0." },
        { "Mail:Smtp:Security", "Ssl", "MfaGateway:Mail:Smtp:Security must be StartTls, Tls or None, but was \"Ssl\"." },
        { "Mail:Smtp:Password", "hush\nhush", "MfaGateway:Mail:Smtp:Password must be 1 to 256 characters on one line, but was something else." },
        { "Mail:Sendmail:Path", "sendmail", "MfaGateway:Mail:Sendmail:Path must be a full path, but was \"sendmail\"." },
        { "Passwords:MemoryKib", "1000", "MfaGateway:Passwords:MemoryKib must be 19456 to 1048576, but was 1000." },
        { "Passwords:Passes", "1", "MfaGateway:Passwords:Passes must be 2 to 100, but was 1." },
        { "RecoveryCodes:Count", "4", "MfaGateway:RecoveryCodes:Count must be 5 to 20, but was 4." },
        { "Attempts:PerChallenge", "0", "MfaGateway:Attempts:PerChallenge must be 1 to 10, but was 0." },
        { "Challenge:Lifetime", "00:10:01", "MfaGateway:Challenge:Lifetime must be 00:01:00 to 00:10:00, but was 00:10:01." },
        { "Attempts:PerAccount:LongestCoolDown", "00:10:00", "MfaGateway:Attempts:PerAccount:LongestCoolDown must be at least Attempts:PerAccount:Window (00:15:00), but was 00:10:00." },
        { "Session:IdleTimeout", "30", "MfaGateway:Session:IdleTimeout must be 00:01:00 to 1.00:00:00, but was 30." },
        { "Session:IdleTimeout", "13:00:00", "MfaGateway:Session:AbsoluteTimeout must be at least Session:IdleTimeout (13:00:00), but was 12:00:00." },
        { "Session:AbsoluteTimeout", "31.00:00:00", "MfaGateway:Session:AbsoluteTimeout must be 00:05:00 to 30.00:00:00, but was 31.00:00:00." },
        { "Session:MostPerAccount", "0", "MfaGateway:Session:MostPerAccount must be 1 to 100, but was 0." },
        { "Session:CookieDomain", ".example.org", "MfaGateway:Session:CookieDomain must be a domain such as example.org, but was \".example.org\"." },
        { "Session:CookieDomain", "192.0.2.1", "MfaGateway:Session:CookieDomain must be a domain such as example.org, but was 192.0.2.1." },
        { "Session:CookieDomain", "org", "MfaGateway:Session:CookieDomain must be a domain such as example.org, but was \"org\"." },
        { "Assertion:LifetimeSeconds", "301", "MfaGateway:Assertion:LifetimeSeconds must be 10 to 300, but was 301." },
        { "Admin:Group", "a,b", "MfaGateway:Admin:Group must be a group name without a comma, but was \"a,b\"." },
        { "Mail:From", "Site <a@example.org>", "MfaGateway:Mail:From must be one e-mail address such as no-reply@example.org, but was \"Site <a@example.org>\"." },
        { "Mail:From", "a@example.org, b@example.org", "MfaGateway:Mail:From must be one e-mail address such as no-reply@example.org, but was \"a@example.org, b@example.org\"." },
        { "Policies:finance:Factors", "three-factor", "MfaGateway:Policies:finance:Factors must be one-factor, two-factor, two-factor +magic-code, one-factor -magic-code or two-factor -magic-code, but was \"three-factor\"." },
        { "Policies:finance:Factors", "two-factor +magic-code", "MfaGateway:Policies:finance:Factors takes mailed codes, but MfaGateway:MagicCode:Enabled is false: set it to true, or leave \"+magic-code\" out." },
        { "Policies:finance:Factors", "phishing-resistant", "MfaGateway:Policies:finance:Factors must be one-factor, two-factor, two-factor +magic-code, one-factor -magic-code or two-factor -magic-code, but was \"phishing-resistant\": that takes passkeys, which this version does not have." },
        { "Policies:finance:Networks:0", "10.0.0.0/33", "MfaGateway:Policies:finance:Networks:0 must be a network such as 10.0.0.0/8 or fd00::/8, without bits behind its prefix, but was \"10.0.0.0/33\"." },
        { "Policies:finance:Networks:0", "::ffff:10.0.0.0/104", "MfaGateway:Policies:finance:Networks:0 must be a network such as 10.0.0.0/8 or fd00::/8, without bits behind its prefix, but was \"::ffff:10.0.0.0/104\"." },
        { "Policies:finance:Groups:0", "a,b", "MfaGateway:Policies:finance:Groups:0 must be a group name without a comma, but was \"a,b\"." },
        { "Policies:finance:Users:0", "a/b", "MfaGateway:Policies:finance:Users:0 must be a user name, but was \"a/b\"." },
        { "Policies:finance:MaxAge", "15", "MfaGateway:Policies:finance:MaxAge must be 00:01:00 to 1.00:00:00, but was 15." },
        { "Policies:finance", "two-factor", "MfaGateway:Policies:finance must be a section, but was \"two-factor\"." },
        { "Policies:Two-Factor:Factors", "one-factor", "MfaGateway:Policies:Two-Factor must have a name of its own, but Two-Factor is built in." },
        { "Policies:anonymous:Factors", "one-factor", "MfaGateway:Policies:anonymous must have a name of its own, but anonymous is built in." },
        { "Policies:default:Factors", "one-factor", "MfaGateway:Policies:default must have a name of its own, but default is built in." },
        { "Policies:anonymous-route:Factors", "one-factor", "MfaGateway:Policies:anonymous-route must have a name of its own, but anonymous-route is built in." },
        { "Clusters:wikki:Audience", "x", "MfaGateway:Clusters:wikki must have the name of a cluster in ReverseProxy:Clusters (wiki), but wikki is none." },
        { "Clusters:wiki:Signature:Algorithm", "rsa", "MfaGateway:Clusters:wiki:Signature:Algorithm must be hmac-sha256 or ecdsa-p256-sha256, but was \"rsa\"." },
        { "Policies:phishing-resistant:Factors", "one-factor", "MfaGateway:Policies:phishing-resistant must have a name of its own, but phishing-resistant is built in." },
    };

    public static TheoryData<string, string> UnknownKeys => new()
    {
        { "Totp:SkewStep", "MfaGateway:Totp:SkewStep is not a setting; the nearest is MfaGateway:Totp:SkewSteps." },
        { "SkewSteps", "MfaGateway:SkewSteps is not a setting; the nearest is MfaGateway:Totp:SkewSteps." },
        { "PublicOrigins", "MfaGateway:PublicOrigins is not a setting; the nearest is MfaGateway:PublicOrigin." },
        { "Store:Connectionstrng", "MfaGateway:Store:Connectionstrng is not a setting; the nearest is MfaGateway:Store:ConnectionString." },
        { "Policies:finance:Group", "MfaGateway:Policies:finance:Group is not a setting; the nearest is MfaGateway:Policies:finance:Groups." },
        { "Policies:finance:MaximumAge", "MfaGateway:Policies:finance:MaximumAge is not a setting; the nearest is MfaGateway:Policies:finance:MaxAge." },
        { "Clusters:wiki:HeaderName", "MfaGateway:Clusters:wiki:HeaderName is not a setting; the nearest is MfaGateway:Clusters:wiki:HeaderNames." },
        { "TrustedProxy:0", "MfaGateway:TrustedProxy is not a setting; the nearest is MfaGateway:TrustedProxies." },
    };

    [Theory]
    [MemberData(nameof(SingleFaults))]
    public void A_bad_value_gets_one_line_with_its_full_key_what_it_may_hold_and_what_it_holds(string key, string value, string line) =>
        Assert.Equal([line], FaultsOf(($"MfaGateway:{key}", value)));

    [Theory]
    [MemberData(nameof(UnknownKeys))]
    public void An_unknown_key_gets_one_line_with_the_nearest_known_one(string key, string line) =>
        Assert.Equal([line], FaultsOf(($"MfaGateway:{key}", "x")));

    [Fact]
    public void Every_fault_is_listed_at_once()
    {
        var faults = FaultsOf(
            ("MfaGateway:Totp:Digits", "7"),
            ("MfaGateway:Totp:SkewSteps", "9"),
            ("MfaGateway:Admin:Grup", "x"),
            ("MfaGateway:Store:Provider", "Postgres"),
            ("MfaGateway:Policies:finance:Factors", "none"),
            ("ReverseProxy:Routes:wiki:AuthorizationPolicy", "nobody"));

        Assert.Equal(6, faults.Count);
    }

    [Fact]
    public void A_wrong_value_hides_no_second_fault_that_follows_from_it() =>
        Assert.Single(FaultsOf(("MfaGateway:Session:IdleTimeout", "20:00:00"), ("MfaGateway:Session:AbsoluteTimeout", "never")));

    [Fact]
    public void A_connection_string_is_never_shown()
    {
        var faults = FaultsOf(("MfaGateway:Store:ConnectionString:Password", "hush"), ("MfaGateway:Store:Provider", "Postgres"));

        Assert.DoesNotContain("hush", string.Concat(faults), StringComparison.Ordinal);
        Assert.Single(faults);
    }

    [Theory]
    [InlineData("Host", null, "MfaGateway:Mail:Smtp:Host must be a host name or an IP address with Mail:Provider Smtp, but was not set.")]
    [InlineData("Port", "465", "MfaGateway:Mail:Smtp:Security must be Tls with Smtp:Port 465, where TLS begins with the connection, but was \"StartTls\".")]
    [InlineData("Password", null, "MfaGateway:Mail:Smtp:Password must be set with Smtp:User, but was not. Smtp:AccessTokenFile may be set instead.")]
    [InlineData("AccessTokenFile", "/run/secrets/token", "MfaGateway:Mail:Smtp:AccessTokenFile must not be set with Smtp:Password: a server takes one of them.")]
    [InlineData("User", null, "MfaGateway:Mail:Smtp:User must be set with Smtp:Password, but was not.")]
    [InlineData("Security", "None", "MfaGateway:Mail:Smtp:Security must be StartTls or Tls with Smtp:User, but was \"None\": everybody on the way could read the password. Smtp:AllowUnencryptedSignIn says that they may.")]
    [InlineData("Port", "25", null)]
    public void A_mail_server_must_be_one_that_mail_and_password_can_be_given_to(string key, string? value, string? line)
    {
        var settings = new Dictionary<string, string?> { ["Host"] = "mail.example.org", ["User"] = "gateway", ["Password"] = "hush", [key] = value };

        var faults = FaultsOf(
        [
            ("MfaGateway:PublicOrigin", "https://apps.example.org"),
            ("MfaGateway:Mail:Provider", "Smtp"),
            .. settings.Where(setting => setting.Value is not null).Select(setting => ($"MfaGateway:Mail:Smtp:{setting.Key}", setting.Value!)),
        ]);

        Assert.Equal(line is null ? [] : [line], faults);
    }

    [Fact]
    public void Mails_that_leave_need_an_origin_for_their_links_and_a_program_that_is_there() =>
        Assert.Equal(
            [
                "MfaGateway:PublicOrigin must be set with Mail:Provider Sendmail: links in mails are made of it.",
                "MfaGateway:Mail:Sendmail:Path must be the full path of a program, but was \"/nowhere/sendmail\", where there is none.",
            ],
            FaultsOf(("MfaGateway:Mail:Provider", "Sendmail"), ("MfaGateway:Mail:Sendmail:Path", "/nowhere/sendmail")));

    [Theory]
    [InlineData("Host=db;Username=mfa;Password=hush", true)]
    [InlineData("Host=db;Username=mfa;Password=se;hush", false)]
    [InlineData("Username=mfa;Password=hush", false)]
    [InlineData("hush", false)]
    [InlineData("Host=db;Port=hush", false)]
    public void A_connection_string_that_cannot_be_read_is_a_fault_that_repeats_nothing_of_it(string text, bool isFine)
    {
        var faults = FaultsOf(("MfaGateway:Store:Provider", "Postgres"), ("MfaGateway:Store:ConnectionString", text));

        Assert.Equal(
            isFine ? [] : ["MfaGateway:Store:ConnectionString must be an Npgsql connection string with Provider Postgres, but could not be read as one."],
            faults);
    }

    [Theory]
    [InlineData("https://apps.example.org", "example.org", true)]
    [InlineData("https://example.org", "example.org", true)]
    [InlineData("https://apps.example.org", "apps.example.org", true)]
    [InlineData("https://badexample.org", "example.org", false)]
    [InlineData("https://example.org", "apps.example.org", false)]
    public void A_cookie_domain_must_hold_the_public_origin(string origin, string domain, bool isFine)
    {
        var faults = FaultsOf(("MfaGateway:PublicOrigin", origin), ("MfaGateway:Session:CookieDomain", domain));

        Assert.Equal(
            isFine ? [] : [$"MfaGateway:Session:CookieDomain must be the domain of PublicOrigin ({origin}) or one above it, but was \"{domain}\"."],
            faults);
    }

    [Theory]
    [InlineData("https://apps.example.org")]
    [InlineData("https://apps.example.org:8443")]
    [InlineData("https://192.0.2.1")]
    [InlineData("https://[2001:db8::1]:8443")]
    [InlineData("http://localhost:5000")]
    [InlineData("http://wiki.localhost:5000")]
    [InlineData("http://127.0.0.1:5000")]
    [InlineData("http://[::1]:5000")]
    public void A_public_origin_is_what_a_browser_calls_it(string origin) => Assert.Empty(FaultsOf(("MfaGateway:PublicOrigin", origin)));

    [Theory]
    [InlineData("HTTPS://apps.example.org")]
    [InlineData("https://Apps.example.org")]
    [InlineData("https://apps.example.org/")]
    [InlineData("https://apps.example.org:443")]
    [InlineData("https://apps.example.org?x")]
    [InlineData("https://ada@apps.example.org")]
    [InlineData("https://")]
    [InlineData("ftp://apps.example.org")]
    [InlineData("//apps.example.org")]
    public void Anything_else_is_no_public_origin(string origin) => Assert.Single(FaultsOf(("MfaGateway:PublicOrigin", origin)));

    [Fact]
    public void A_route_that_names_an_unknown_policy_is_named_with_the_known_ones() =>
        Assert.Equal(
            [$"ReverseProxy:Routes:wiki:AuthorizationPolicy must be one of {Policies}, finance, but was \"finanze\"."],
            FaultsOf(("ReverseProxy:Routes:wiki:AuthorizationPolicy", "finanze"), ("MfaGateway:Policies:finance:Factors", "two-factor")));

    [Theory]
    [InlineData("Anonymous")]
    [InlineData("anonymous")]
    [InlineData("Default")]
    [InlineData("one-factor")]
    [InlineData("deny")]
    public void A_route_may_name_what_is_built_in(string policy) =>
        Assert.Empty(FaultsOf(("ReverseProxy:Routes:wiki:AuthorizationPolicy", policy)));

    [Fact]
    public void A_route_cannot_ask_for_passkeys_yet() =>
        Assert.Equal(
            [$"ReverseProxy:Routes:wiki:AuthorizationPolicy must be one of {Policies}, but was \"phishing-resistant\": that takes passkeys, which this version does not have."],
            FaultsOf(("ReverseProxy:Routes:wiki:AuthorizationPolicy", "phishing-resistant")));

    [Theory]
    [InlineData("/_mfa")]
    [InlineData("/_MFA/{**rest}")]
    [InlineData("_mfa/sign-in")]
    public void A_route_cannot_take_the_gateways_own_pages(string path) =>
        Assert.Equal(
            [$"ReverseProxy:Routes:wiki:Match:Path must be outside /_mfa, where the gateway's own pages are, but was \"{path}\"."],
            FaultsOf(("ReverseProxy:Routes:wiki:Match:Path", path)));

    [Theory]
    [InlineData("/_mfab/{**rest}")]
    [InlineData("/")]
    [InlineData("/wiki/_mfa")]
    public void A_route_beside_the_gateways_own_pages_is_fine(string path) => Assert.Empty(FaultsOf(("ReverseProxy:Routes:wiki:Match:Path", path)));

    [Theory]
    [InlineData("/admin/*", "must not hold * outside of braces, which is the sign itself there: for all below a path end it with {**rest}")]
    [InlineData("/*.php", "must not hold * outside of braces, which is the sign itself there: for all below a path end it with {**rest}")]
    [InlineData("/my%20app/{**rest}", "must be written as it is read, without escapes and backslashes: paths are matched after they are decoded")]
    [InlineData("/./admin/{**rest}", "must not hold dot segments: paths are matched without them")]
    [InlineData("/x/../admin", "must not hold dot segments: paths are matched without them")]
    public void A_path_that_no_request_has_is_a_fault(string path, string rest) =>
        Assert.Equal([$"ReverseProxy:Routes:wiki:Match:Path {rest}, but was \"{path}\"."], FaultsOf(("ReverseProxy:Routes:wiki:Match:Path", path)));

    [Theory]
    [InlineData("/my app/{**rest}")]
    [InlineData("/{*rest}")]
    [InlineData("/v{version}.{ext}/..x/{id:regex(^a*%{{1,2}}$)}")]
    public void A_path_that_requests_have_is_fine(string path) => Assert.Empty(FaultsOf(("ReverseProxy:Routes:wiki:Match:Path", path)));

    [Theory]
    [InlineData("a*.example.org", false)]
    [InlineData("*example.org", false)]
    [InlineData("*.", false)]
    [InlineData("a.example.org,b.example.org", false)]
    [InlineData("a.example.org/wiki", false)]
    [InlineData("a example.org", false)]
    [InlineData("a%2eexample.org", false)]
    [InlineData("a..example.org", false)]
    [InlineData("*.example.org:8443", true)]
    [InlineData("*", true)]
    [InlineData("*:8443", true)]
    [InlineData("[::1]:5000", true)]
    [InlineData("b\u00FCcher.example", true)]
    public void A_host_that_no_request_has_is_a_fault(string host, bool isFine) =>
        Assert.Equal(
            isFine ? [] : [$"ReverseProxy:Routes:wiki:Match:Hosts:0 must be one host such as wiki.example.org, *.example.org or *, but was \"{host}\"."],
            FaultsOf(("ReverseProxy:Routes:wiki:Match:Hosts:0", host)));

    [Theory]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("XN--Bcher-kva.example")]
    [InlineData("*.xn--bcher-kva.example")]
    public void An_encoded_name_of_TLS_is_a_fault_because_the_server_never_meets_it(string host) =>
        Assert.Equal(
            [$"Kestrel:Endpoints:Https:Sni:{host} must name b\u00FCcher.example in this spelling, in which TLS handshakes are compared."],
            FaultsOf(("Kestrel:Endpoints:Https:Url", "https://127.0.0.1:0"), ($"Kestrel:Endpoints:Https:Sni:{host}:ClientCertificateMode", "RequireCertificate"), ("Kestrel:Endpoints:Https:Sni:*:ClientCertificateMode", "NoCertificate")));

    [Theory]
    [InlineData("XN--bcher-kva.example", "b\u00FCcher.example")]
    [InlineData("*.xn--bcher-kva.example:8443", "b\u00FCcher.example")]
    [InlineData("wiki.example.", "wiki.example")]
    [InlineData("\uFF57iki.example", "wiki.example")]
    [InlineData("wiki\u3002example", "wiki.example")]
    [InlineData("[0:0:0:0:0:0:0:1]", "[::1]")]
    public void A_host_in_a_spelling_that_no_request_has_is_a_fault(string host, string spelling) =>
        Assert.Contains(
            $"ReverseProxy:Routes:wiki:Match:Hosts:0 must name {spelling} in this spelling, in which requests for it are compared, but was \"{host}\".",
            FaultsOf(("ReverseProxy:Routes:wiki:Match:Hosts:0", host)));

    [Theory]
    [InlineData("Groups", "Groups")]
    [InlineData("Users", "Users")]
    [InlineData("Networks", "Networks")]
    [InlineData("Groups:0", "Groups")]
    [InlineData("Networks:0", "Networks")]
    public void An_empty_list_of_a_policy_is_a_fault(string key, string list) =>
        Assert.Equal(
            [$"MfaGateway:Policies:staff:{list} must hold an entry, or be left out, but was empty: without entries it restricts nothing. The policy deny keeps everyone out."],
            FaultsOf(($"MfaGateway:Policies:staff:{key}", key == list ? "" : null)));

    [Fact]
    public void An_empty_list_beside_one_that_names_people_is_fine() =>
        Assert.Empty(FaultsOf(("MfaGateway:Policies:staff:Groups", ""), ("MfaGateway:Policies:staff:Users:0", "ada")));

    [Theory]
    [InlineData("wikki", "ReverseProxy:Routes:wiki:ClusterId must be one of the clusters wiki, but was \"wikki\".")]
    [InlineData("", "ReverseProxy:Routes:wiki:ClusterId must be one of the clusters wiki, and was not set.")]
    public void A_route_must_lead_to_a_cluster(string cluster, string line) =>
        Assert.Equal([line], FaultsOf(("ReverseProxy:Routes:wiki:ClusterId", cluster)));

    [Theory]
    [InlineData("Kestrel:Endpoints:Http:Url", "nonsense", "must be an address such as http://127.0.0.1:5000 or https://*:443, but was \"nonsense\".")]
    [InlineData("Kestrel:Endpoints:Http:Url", "", "must be an address such as http://127.0.0.1:5000 or https://*:443, but was not set.")]
    [InlineData("Kestrel:Endpoints:Http:Url", "ftp://127.0.0.1", "must be an address such as http://127.0.0.1:5000 or https://*:443, but was \"ftp://127.0.0.1\".")]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://127.0.0.1:5000/base", "must be an address such as http://127.0.0.1:5000 or https://*:443, but was \"http://127.0.0.1:5000/base\".")]
    [InlineData("urls", "http://127.0.0.1:5000;oops", "must be an address such as http://127.0.0.1:5000 or https://*:443, but was \"oops\".")]
    [InlineData("Kestrel:Certificates:Default:Path", "nowhere.pem", "must be a file that is there, but was \"nowhere.pem\".")]
    public void An_address_that_cannot_be_listened_on_is_a_fault_like_any_other(string key, string value, string rest) =>
        Assert.Equal([$"{key} {rest}"], FaultsOf((key, value)));

    [Theory]
    [InlineData("http://*:80")]
    [InlineData("https://[::]:443")]
    [InlineData("http://unix:/run/mfa-gateway.sock")]
    public void What_Kestrel_can_listen_on_is_fine(string url) => Assert.Empty(FaultsOf(("Kestrel:Endpoints:Http:Url", url)));

    [Fact]
    public void What_is_configured_well_arrives()
    {
        var reading = Read(
            ("MfaGateway:PublicOrigin", "https://apps.example.org"),
            ("MfaGateway:Totp:Algorithm", "SHA256"),
            ("MfaGateway:Session:IdleTimeout", "00:45:00"),
            ("MfaGateway:TrustedProxies:0", "10.0.0.0/8"),
            ("MfaGateway:TrustedProxies:1", "fd00::/8"),
            ("MfaGateway:Policies:finance:Factors", "one-factor"),
            ("MfaGateway:Policies:finance:Users:0", "ADA"),
            ("MfaGateway:Policies:finance:MaxAge", "00:15:00"),
            ("MfaGateway:Clusters:WIKI:HeaderNames:remote-user", "X-User"),
            ("MfaGateway:Clusters:WIKI:Groups:0", "editors"),
            ("MfaGateway:Clusters:WIKI:Signature", null),
            ("MfaGateway:SiteName", null));

        Assert.Empty(reading.Faults);
        Assert.Equal("https://apps.example.org", reading.Options!.PublicOrigin);
        Assert.Equal(TotpHash.Sha256, reading.Options.Totp.Algorithm);
        Assert.Equal(TimeSpan.FromMinutes(45), reading.Options.Session.IdleTimeout);
        Assert.Equal(["10.0.0.0/8", "fd00::/8"], reading.Options.TrustedProxies);
        Assert.Null(reading.Options.SiteName);
        var cluster = reading.Options.Clusters["wiki"];
        Assert.Equal("X-User", cluster.HeaderNames["Remote-User"]);
        Assert.Equal(["editors"], cluster.Groups!);
        Assert.Null(cluster.Signature);
        var policy = reading.Policies!.GetOrDeny("Finance");
        Assert.Equal(new AccessDemand(Strength.OneFactor, TimeSpan.FromMinutes(15)), policy.Demand);
        Assert.Equal(["ada"], policy.Users);
    }

    [Fact]
    public void Every_default_is_itself_allowed() => Assert.Empty(Read().Faults);

    [Fact]
    public void Every_setting_of_the_options_classes_has_a_rule_and_every_rule_a_setting() =>
        Assert.Equal(SettingKeys.All.Order(StringComparer.Ordinal), GatewaySettings.All.Select(setting => setting.Key).Order(StringComparer.Ordinal));

    private static IReadOnlyList<string> FaultsOf(params (string Key, string? Value)[] settings)
    {
        var reading = Read(settings);
        Assert.Equal(reading.Faults.Count == 0, reading.Options is not null);
        Assert.Equal(reading.Faults.Count == 0, reading.Policies is not null);
        return reading.Faults;
    }

    private static ConfigurationReading Read(params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>(Wiki, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in settings)
            all[key] = value;
        return GatewayConfigurationReader.Read(new ConfigurationBuilder().AddInMemoryCollection(all).Build());
    }
}
