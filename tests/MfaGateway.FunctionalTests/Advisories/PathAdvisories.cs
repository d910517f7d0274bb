using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>A protected path spelled so that a rule for public paths, or none, is applied to it.</summary>
public sealed class PathAdvisories(ReplayGateway gateway) : IClassFixture<ReplayGateway>
{
    private const string Readings = "src/MfaGateway.Core/Access/PathReadings.cs";
    private const string Target = "src/MfaGateway.Core/Access/RequestTargetReader.cs";

    [Theory]
    [Advisory("CVE-2025-54576", "oauth2-proxy", "A query is taken for part of the path, so that its end meets a rule for public paths", Readings)]
    [InlineData("/docs/secret?page=/images")]
    [InlineData("/docs/secret%3Fpage=/images")]
    [InlineData("/docs/secret%253Fpage=/images")]
    public Task A_query_that_ends_like_a_public_path_opens_nothing(string target) => gateway.IsClosedAsync(target, "/docs/secret/images");

    [Theory]
    [Advisory("CVE-2026-41059", "oauth2-proxy", "A rule for public paths matches text behind a number sign, and the app cuts the path there", Readings)]
    [Advisory("CVE-2023-47106", "Traefik", "A fragment in the request line is sent on encoded, and servers behind disagree on the path", Target)]
    [InlineData("/docs/secret#/images")]
    [InlineData("/docs/secret%23/images")]
    [InlineData("/docs/secret%2523/images")]
    [InlineData("/public/#/../../admin/x")]
    [InlineData("/public/page#/images")]
    public Task A_fragment_that_ends_like_a_public_path_opens_nothing(string target) => gateway.IsClosedAsync(target, "/docs/secret/images");

    [Theory]
    [Advisory("CVE-2021-39156", "Istio", "A number sign behind the protected path makes the rule for it miss", Target)]
    [Advisory("CVE-2021-32779", "Envoy", "A fragment is kept in the path that rules are matched against, and the app drops it", Target)]
    [InlineData("/admin#")]
    [InlineData("/admin#/public")]
    [InlineData("/public#/../admin")]
    [InlineData("/public/page#x")]
    public Task A_fragment_behind_a_protected_path_opens_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2026-134802", "VoidAuth", "Encoded slashes, backslashes, semicolons and dots meet a broader rule than the path that the app decodes", Readings)]
    [InlineData("/public%2f..%2fadmin%2fx")]
    [InlineData("/public/%5c..%5c..%5cadmin")]
    [InlineData("/public/..%3b/admin/x")]
    [InlineData("/public/%2e%2e/admin/x")]
    public Task Encoded_separators_open_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2026-136132", "Pangolin", "Path segments are counted at literal slashes alone, so an encoded climb stays under a public rule", Readings)]
    [InlineData("/public/..%2Fadmin")]
    [InlineData("/public/x%2F..%2F..%2Fadmin")]
    [InlineData("/public/%2e%2e%2Fadmin")]
    public Task An_encoded_climb_out_of_a_public_segment_opens_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2021-31920", "Istio", "Several or encoded slashes before a protected path make the exact rule for it miss", Readings)]
    [InlineData("//admin/x")]
    [InlineData("/public//..//admin/x")]
    [InlineData("/public%2F%2F..%2Fadmin")]
    public Task Several_slashes_open_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2021-29492", "Envoy", "Encoded slashes and backslashes are not decoded before the rule for the path is chosen", Readings)]
    [InlineData("/public/..%5Cadmin")]
    [InlineData("/public%5C..%5Cadmin")]
    [InlineData("/public/..%255Cadmin")]
    public Task Encoded_backslashes_open_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2026-52844", "Caddy", "An encoded backslash is one name to the rule and a separator to the server of files", Readings)]
    [InlineData("/public%5c..%5cadmin%5cx")]
    [InlineData("/%5cadmin%5cx")]
    public Task A_backslash_that_a_file_server_takes_for_a_separator_opens_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2025-32431", "Traefik", "A dot segment in the path passes a rule by prefix and is resolved behind it", Readings)]
    [InlineData("/public/../admin/x")]
    [InlineData("/public/..//admin/x")]
    [InlineData("/public/.;/../admin/x")]
    public Task Dot_segments_open_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2025-47952", "Traefik", "Dot segments with encoded dots and slashes pass a rule by prefix and are resolved behind it", Readings)]
    [InlineData("/public/%2e%2e/admin/x")]
    [InlineData("/public/.%2E%2Fadmin/x")]
    [InlineData("/public/%252e%252e/admin/x")]
    public Task Encoded_dot_segments_open_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2025-66490", "Traefik", "Reserved characters in encoded form are compared undecoded by rules and decoded by the app", Readings)]
    [InlineData("/admin%2Fx")]
    [InlineData("/admin%3Bx")]
    [InlineData("/admin%3Fx")]
    [InlineData("/admin%23x")]
    [InlineData("/public/..%00/admin")]
    public Task Encoded_reserved_characters_open_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2026-48020", "Traefik", "A prefix is removed from a public path, and what is left climbs to a protected one", "src/MfaGateway/Proxying/PathRewrite.cs")]
    [Advisory("CVE-2026-40912", "Traefik", "The prefix is cut from the decoded path and the encoded one is sent", "src/MfaGateway/Proxying/RawTargetTransform.cs")]
    [InlineData("/tenant/../../admin/x")]
    [InlineData("/tenant/..%2F..%2Fadmin/x")]
    [InlineData("/tenant/x/%2e%2e/%2e%2e/admin")]
    [InlineData("/tenant/y/..;/..;/admin")]
    [InlineData("/tenant%2F..%2F..%2Fadmin")]
    public Task A_rewritten_public_path_does_not_climb(string target) => gateway.IsClosedAsync(target, "/tenant/page");

    [Theory]
    [Advisory("CVE-2026-65600", "Traefik", "A rewriting rule puts dot segments of the request behind its own prefix", "src/MfaGateway.Core/Access/PathReadings.cs")]
    [InlineData("/tenant/./.././../admin")]
    [InlineData("/tenant/%252e%252e/%252e%252e/admin")]
    public Task A_rewritten_public_path_stays_under_its_new_prefix(string target) => gateway.IsClosedAsync(target, "/tenant/page");

    [Theory]
    [Advisory("CVE-2026-33494", "Ory Oathkeeper", "A rule is matched on the raw path and the app resolves its dot segments", Readings)]
    [InlineData("/public//../..//admin/users")]
    [InlineData("/public/..//admin/users")]
    public Task A_raw_path_that_normalizes_to_a_protected_one_opens_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2026-25890", "File Browser", "Leading slashes hide a path from the rules by prefix", Readings)]
    [InlineData("//admin/x")]
    [InlineData("////admin/x")]
    [InlineData("/%2Fadmin/x")]
    public async Task Leading_slashes_open_nothing(string target)
    {
        await gateway.IsClosedAsync(target, "/public/page");
        Assert.StartsWith($"GET {target} ", (await gateway.GetAsync(target, signedIn: true)).AtTheApp, StringComparison.Ordinal);
    }

    [Theory]
    [Advisory("CVE-2026-27587", "Caddy", "A path in other letter case and with an escape is not folded before it is matched", "src/MfaGateway/Proxying/PublicRouteCasePolicy.cs")]
    [InlineData("/docs/secret/IMAGES")]
    [InlineData("/docs/secret/im%41ges")]
    [InlineData("/%41DMIN/x")]
    public Task Letter_case_opens_nothing(string target) => gateway.IsClosedAsync(target, "/docs/secret/images");

    [Theory]
    [Advisory("CVE-2021-32637", "Authelia", "A target that cannot be parsed is answered as if it were allowed", Target)]
    [InlineData("/admin/%")]
    [InlineData("/admin/%zz")]
    [InlineData("/public/%2")]
    [InlineData("/admin\\x")]
    [InlineData("admin/x")]
    [InlineData("/admin/\u00FF")]
    public Task A_target_that_cannot_be_parsed_is_refused(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2024-38473", "Apache HTTP Server (mod_proxy)", "An encoded question mark is decoded on the way, so that the app sees another path than the rule", Readings)]
    [InlineData("/admin%3f/x")]
    [InlineData("/admin%3fx.png")]
    [InlineData("/docs/secret%3f/images")]
    public Task An_encoded_question_mark_opens_nothing(string target) => gateway.IsClosedAsync(target, "/docs/secret/images");

    [Theory]
    [Advisory("CVE-2022-22978", "Spring Security", "A line end in the path is not covered by the pattern of a rule", Target)]
    [InlineData("/admin/x%0a")]
    [InlineData("/admin%0d%0a/x")]
    [InlineData("/public/%0a/../../admin")]
    public Task An_encoded_line_end_opens_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2020-1957", "Apache Shiro", "A path parameter at dots is a plain segment to the rule and a climb to the container", "src/MfaGateway.Core/Access/PathReadingSteps.cs")]
    [InlineData("/public/..;/admin/x")]
    [InlineData("/public/..;a=b/admin/x")]
    [InlineData("/public/x/..;/..;/admin")]
    public Task A_path_parameter_at_dots_opens_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2020-13933", "Apache Shiro", "An encoded semicolon hides what follows from the rule", "src/MfaGateway.Core/Access/PathReadingSteps.cs")]
    [InlineData("/admin%3bpage")]
    [InlineData("/admin/%3bpage")]
    [InlineData("/%3b/admin/page")]
    public Task An_encoded_semicolon_opens_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2020-17523", "Apache Shiro", "A blank at the end of a path makes the rule miss, and the app trims it", "src/MfaGateway.Core/Access/PathReadingSteps.cs")]
    [InlineData("/admin%20")]
    [InlineData("/admin/%20")]
    [InlineData("/%20admin/x")]
    [InlineData("/admin.%20/x")]
    public Task A_blank_at_the_end_opens_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2020-11989", "Apache Shiro", "A path that is encoded twice is decoded once by the rule and twice behind it", "src/MfaGateway.Core/Access/PercentDecoding.cs")]
    [InlineData("/public/%252e%252e%252fadmin")]
    [InlineData("/%2561dmin/x")]
    [InlineData("/public/..%25252fadmin")]
    public Task A_path_that_is_encoded_twice_opens_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2023-36899", "ASP.NET", "A segment for sessions without cookies is cut out of the path by the app, so that it serves another path than was judged", "src/MfaGateway.Core/Access/PathReadingSteps.cs")]
    [InlineData("/(S(x))/admin/x")]
    [InlineData("/(A(x)S(y)F(z))/admin/x")]
    [InlineData("/public/(S(x))/../../admin")]
    [InlineData("/ad(S(x))min/x")]
    public Task A_segment_for_sessions_without_cookies_opens_nothing(string target) => gateway.IsClosedAsync(target, "/public/page");

    [Theory]
    [Advisory("CVE-2026-32758", "File Browser", "The path that something is copied or moved to is not held against the rules as that of the request is", "src/MfaGateway/Hardening/NamedDestination.cs")]
    [InlineData("COPY", "/admin/x")]
    [InlineData("MOVE", "/public/..%2Fadmin/x")]
    [InlineData("COPY", "/public/../admin/x")]
    public async Task A_destination_is_judged_like_the_path(string method, string destination)
    {
        var refused = await gateway.SendAsync($"{method} /public/page HTTP/1.1\r\nDestination: {destination}\r\n");
        Assert.True(refused.Status is 400 or 401 or 403, refused.Text);
        Assert.Empty(refused.Forwarded);

        var copied = await gateway.SendAsync($"{method} /public/page HTTP/1.1\r\nDestination: /public/other\r\n");
        Assert.StartsWith($"{method} /public/page ", copied.AtTheApp, StringComparison.Ordinal);
    }
}
