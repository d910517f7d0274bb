using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage.Copies;
using MfaGateway.Core.Storage.Records;
using Xunit;

namespace MfaGateway.Core.Tests.Storage;

public sealed class RestoreRulesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_015);

    private static readonly Account Ada = new("ada", "ada", "ada@example.org", "Ada", ["staff"], Disabled: false, Now, LastSignInAt: null) { SignInEpoch = 4 };

    [Theory]
    [InlineData(30, 100, 60_000_001)]
    [InlineData(60, 100, 30_000_001)]
    [InlineData(30, 60_000_005, 60_000_005)]
    public void The_current_step_and_the_next_are_spent(int period, long lastUsed, long expected)
    {
        var phone = new TotpAuthenticator("phone", Ada.Id, "Phone", [1], new TotpParameters(TotpHash.Sha1, 6, period), lastUsed, Now, LastUsedAt: null);

        Assert.Equal(expected, Assert.Single(Restore(Kept() with { Authenticators = [phone] }).Authenticators).LastUsedStep);
    }

    [Fact]
    public void No_recovery_code_is_good_and_there_is_a_set_without_any()
    {
        var restored = Restore(Kept() with { RecoveryCodes = new NewRecoveryCodes([1], [[2], [3]]), RecoveryCodesMadeAt = Now });

        Assert.Empty(restored.RecoveryCodes!.Hashes);
        Assert.Null(Restore(Kept()).RecoveryCodes);
    }

    [Fact]
    public void An_enrolment_code_is_over_and_still_asked_for()
    {
        var restored = Restore(Kept() with { EnrollmentCode = new EnrollmentCodeRecord([1], Now.AddHours(-1), Now.AddHours(1), "flow") });

        Assert.Equal(Now, restored.EnrollmentCode!.ExpiresAt);
        Assert.Null(restored.EnrollmentCode.GivenInFlowId);
    }

    [Fact]
    public void What_was_begun_before_is_not_gone_on_with()
    {
        Assert.Equal(5, Restore(Kept()).Account.SignInEpoch);
        Assert.Equal("hash", Restore(Kept()).Password!.Hash);
    }

    [Fact]
    public void The_link_of_a_first_administrator_does_not_come_back()
    {
        Assert.Null(RestoreRules.Of(new KeptFact("setup-token", [1]), Now));
        Assert.NotNull(RestoreRules.Of(new KeptFact("audit-key", [1]), Now));
    }

    private static KeptAccount Kept() => new(Ada, new PasswordRecord("hash", Now, ByMail: false), [], null, null, null);

    private static KeptAccount Restore(KeptAccount kept) => Assert.IsType<KeptAccount>(RestoreRules.Of(kept, Now));
}
