using System.Net;
using MfaGateway.Core.Access;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using Xunit;

namespace MfaGateway.Core.Tests.Access;

public sealed class AccessEvaluatorTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly IPAddress Office = IPAddress.Parse("10.1.2.3");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("203.0.113.9");

    private static readonly AccessSubject Ada = new(
        "ada", ["finance"], [new(FactorKind.Password, Now), new(FactorKind.Totp, Now)], new(Totp: true, Passkey: false, EnrollmentDemand.Nothing));

    [Fact]
    public void Deny_lets_nobody_in() =>
        Assert.Equal(AccessDecision.Deny, Evaluate(AccessPolicy.Deny, Ada, Office));

    [Fact]
    public void An_anonymous_route_asks_nobody()
    {
        Assert.Equal(AccessDecision.Allow, Evaluate(AccessPolicy.Anonymous, null, Elsewhere));
        Assert.Equal(AccessDecision.Allow, Evaluate(AccessPolicy.Anonymous, Ada, Elsewhere));
    }

    [Fact]
    public void Nobody_is_asked_to_sign_in_and_one_factor_to_step_up()
    {
        var passwordOnly = Ada with { Proofs = [new(FactorKind.Password, Now)] };

        Assert.Equal(AccessDecision.SignIn, Evaluate(AccessPolicy.TwoFactor, null, Office));
        Assert.Equal(AccessDecision.StepUp, Evaluate(AccessPolicy.TwoFactor, passwordOnly, Office));
        Assert.Equal(AccessDecision.Allow, Evaluate(AccessPolicy.TwoFactor, Ada, Office));
    }

    [Fact]
    public void A_session_of_one_factor_steps_up_once_a_second_is_enrolled_even_where_one_is_enough()
    {
        var passwordOnly = Ada with { Proofs = [new(FactorKind.Password, Now)] };

        Assert.Equal(AccessDecision.StepUp, Evaluate(AccessPolicy.OneFactor, passwordOnly, Office));
    }

    [Theory]
    [InlineData("finance", null, AccessDecision.Allow)]
    [InlineData("hr", null, AccessDecision.Deny)]
    [InlineData(null, "ada", AccessDecision.Allow)]
    [InlineData(null, "bob", AccessDecision.Deny)]
    [InlineData("hr", "ada", AccessDecision.Allow)]
    [InlineData("Finance", null, AccessDecision.Deny)]
    public void Groups_and_users_read_as_one_list(string? group, string? user, AccessDecision expected)
    {
        var policy = Own(groups: group is null ? [] : [group], users: user is null ? [] : [user]);

        Assert.Equal(expected, Evaluate(policy, Ada, Office));
    }

    [Theory]
    [InlineData("10.1.2.3", AccessDecision.Allow)]
    [InlineData("::ffff:10.1.2.3", AccessDecision.Allow)]
    [InlineData("203.0.113.9", AccessDecision.Deny)]
    [InlineData("::1", AccessDecision.Deny)]
    [InlineData(null, AccessDecision.Deny)]
    public void Networks_are_demanded_beside_everything_else(string? address, AccessDecision expected) =>
        Assert.Equal(expected, Evaluate(Own(networks: ["10.0.0.0/8"]), Ada, address is null ? null : IPAddress.Parse(address)));

    [Fact]
    public void From_the_wrong_network_nobody_is_even_asked_to_sign_in() =>
        Assert.Equal(AccessDecision.Deny, Evaluate(Own(networks: ["10.0.0.0/8"]), null, Elsewhere));

    [Fact]
    public void A_policy_that_is_not_known_any_more_denies() =>
        Assert.Same(AccessPolicy.Deny, new AccessPolicies([]).GetOrDeny("gone"));

    private static AccessDecision Evaluate(AccessPolicy policy, AccessSubject? subject, IPAddress? address) =>
        AccessEvaluator.Evaluate(policy, subject, address, Now);

    private static AccessPolicy Own(string[]? groups = null, string[]? users = null, string[]? networks = null) => new()
    {
        Name = "own",
        Demand = new(Strength.TwoFactor, MaxAge: null),
        Groups = groups ?? [],
        Users = users ?? [],
        Networks = [.. (networks ?? []).Select(IPNetwork.Parse)],
    };
}
