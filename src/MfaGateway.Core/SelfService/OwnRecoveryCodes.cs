using MfaGateway.Core.Access;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Mail;

namespace MfaGateway.Core.SelfService;

/// <summary>A person's own recovery codes: how many are left, and new ones.</summary>
public sealed class OwnRecoveryCodes(
    FlowKeeper keeper,
    FlowRecoveryCodes making,
    RecoveryCodeStore codes,
    AccountFactorsReader factors,
    OwnChangeStore changes,
    Notices notices,
    TimeProvider time)
{
    /// <summary>From so few on the person is told to make new ones.</summary>
    public const int Few = 3;

    public async Task<OwnRecoveryCodeState> FindAsync(string accountId, CancellationToken cancellationToken)
    {
        var held = await factors.ReadAsync(accountId, flowId: null, cancellationToken);
        var set = await codes.FindSetAsync(accountId, cancellationToken);
        return new(held.Enrolled.AnySecondFactor, set?.Remaining ?? 0, set?.MadeAt);
    }

    /// <summary>Makes new codes in place of all others, and begins the flow that shows them.</summary>
    /// <param name="returnUrl">A checked local path to go to when they are saved.</param>
    public async Task<NewCodesOutcome> RegenerateAsync(ActingSession who, string returnUrl, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var enrolled = (await factors.ReadAsync(who.Account.Id, flowId: null, cancellationToken)).Enrolled;
        if (!enrolled.AnySecondFactor)
            return new NewCodesOutcome.NotMade(new OwnChange.NotFound());

        if (!who.MayChange(enrolled, now))
            return new NewCodesOutcome.NotMade(new OwnChange.StepUpFirst());

        var start = new FlowStart(
            who.Account, AccessPolicy.AccountChangeName, returnUrl, who.Session.Proofs, who.Session, StepsUp: true)
        { Purpose = FlowPurpose.SaveNewCodes };
        var (flow, token) = keeper.Prepare(start, now);
        var fresh = making.Make(flow);
        var trace = new ChangeTrace(
            who.EntryOf(AuditEvents.RecoveryCodesMade, now), notices.Prepare(who.NoticeOf(NoticeKind.RecoveryCodesMade, now)));

        var made = await changes.ReplaceRecoveryCodesAsync(
            who.Session, flow with { ProtectedRecoveryCodes = fresh.Protected }, fresh.Kept, trace, cancellationToken);
        return made
            ? new NewCodesOutcome.Made(new(ChallengeStep.SaveRecoveryCodes, returnUrl, token))
            : new NewCodesOutcome.NotMade(new OwnChange.SessionOver());
    }
}

/// <param name="HasSecondFactor">Without one there is nothing that codes could stand in for.</param>
/// <param name="Remaining">Unused codes.</param>
/// <param name="MadeAt">When the set was made; null when there is none.</param>
public sealed record OwnRecoveryCodeState(bool HasSecondFactor, int Remaining, DateTimeOffset? MadeAt)
{
    /// <summary>Whether it is time to make new ones.</summary>
    public bool AreFew => HasSecondFactor && Remaining <= OwnRecoveryCodes.Few;
}

/// <summary>What came of asking for new codes.</summary>
public abstract record NewCodesOutcome
{
    private NewCodesOutcome()
    {
    }

    /// <param name="Next">Where they are shown.</param>
    public sealed record Made(ChallengeOutcome.NextStep Next) : NewCodesOutcome;

    public sealed record NotMade(OwnChange Reason) : NewCodesOutcome;
}
