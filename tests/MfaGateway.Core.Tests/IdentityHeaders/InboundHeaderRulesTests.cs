using MfaGateway.Core.IdentityHeaders;
using Xunit;

namespace MfaGateway.Core.Tests.IdentityHeaders;

public sealed class InboundHeaderRulesTests
{
    private readonly InboundHeaderRules rules = new(["Remote-User", "X-Team-Badge"]);

    [Theory]
    [InlineData("Remote-User")]
    [InlineData("remote-user")]
    [InlineData("REMOTE-USER")]
    [InlineData("Remote.User")]
    [InlineData("Remote~User")]
    [InlineData("RemoteUser")]
    [InlineData("Remote--User")]
    [InlineData("-Remote-User-")]
    [InlineData("Remote-Groups")]
    [InlineData("Remote-Anything")]
    [InlineData("X-Mfa-Assertion")]
    [InlineData("x-MFA-later")]
    [InlineData("XMfaAssertion")]
    [InlineData("x-team-badge")]
    [InlineData("X.Team.Badge")]
    [InlineData("X-Remote-User")]
    [InlineData("X-Forwarded-User")]
    [InlineData("X-Forwarded-Email")]
    [InlineData("X-Forwarded-Groups")]
    [InlineData("X-Forwarded-Preferred-Username")]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Forwarded-Port")]
    [InlineData("X-Auth-Request-User")]
    [InlineData("X-WebAuth-User")]
    [InlineData("X-authentik-username")]
    [InlineData("X-Pomerium-Jwt-Assertion")]
    [InlineData("Cf-Access-Authenticated-User-Email")]
    [InlineData("X-Goog-IAP-JWT-Assertion")]
    [InlineData("SSL-Client-Cert")]
    [InlineData("Signature")]
    [InlineData("Signature-Input")]
    [InlineData("Forwarded")]
    [InlineData("X-Real-IP")]
    [InlineData("True-Client-IP")]
    [InlineData("X-Original-URL")]
    [InlineData("X-Rewrite-URL")]
    [InlineData("X-Original-URI")]
    [InlineData("Proxy")]
    public void A_name_that_claims_what_only_a_gateway_may_say_is_removed(string name) =>
        Assert.True(rules.Judge(name).HasFlag(HeaderSuspicion.Claim));

    [Theory]
    [InlineData("Accept")]
    [InlineData("Authorization")]
    [InlineData("Cookie")]
    [InlineData("User-Agent")]
    [InlineData("X-Requested-With")]
    [InlineData("X-CSRF-Token")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Sec-WebSocket-Key")]
    [InlineData("If-None-Match")]
    [InlineData("Signature-Agent")]
    public void An_everyday_name_is_left_alone(string name) => Assert.Equal(HeaderSuspicion.None, rules.Judge(name));

    [Fact]
    public void An_underscore_is_seen_apart_from_what_the_name_claims()
    {
        Assert.Equal(HeaderSuspicion.Underscore, rules.Judge("Api_Key"));
        Assert.Equal(HeaderSuspicion.Underscore | HeaderSuspicion.Claim, rules.Judge("Remote_User"));
        Assert.Equal(HeaderSuspicion.Underscore | HeaderSuspicion.MethodOverride, rules.Judge("X_HTTP_Method_Override"));
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("X-HTTP-Method")]
    [InlineData("x-method-override")]
    public void A_method_in_disguise_is_seen(string name) => Assert.Equal(HeaderSuspicion.MethodOverride, rules.Judge(name));

    [Fact]
    public void A_flood_of_names_does_not_grow_the_table_without_end()
    {
        for (var i = 0; i < 10_000; i++)
            Assert.Equal(HeaderSuspicion.None, rules.Judge($"X-Flood-{i}"));

        Assert.InRange(rules.KeptVerdicts, 1, 1100);
        Assert.Equal(HeaderSuspicion.Claim, rules.Judge("Remote-Role"));
    }

    [Fact]
    public void A_very_long_name_is_judged_like_any_other()
    {
        Assert.Equal(HeaderSuspicion.Claim, rules.Judge("Remote-" + new string('a', 20_000)));
        Assert.Equal(0, rules.KeptVerdicts);
    }
}
