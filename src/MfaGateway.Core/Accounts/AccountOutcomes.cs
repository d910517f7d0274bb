using MfaGateway.Core.Challenges;

namespace MfaGateway.Core.Accounts;

/// <summary>What came of adding an account.</summary>
public abstract record AccountAddition
{
    private AccountAddition()
    {
    }

    public sealed record Added(Account Account) : AccountAddition;

    /// <param name="Faults">All of them, in the order of the fields; at least one.</param>
    public sealed record Refused(IReadOnlyList<AccountFault> Faults) : AccountAddition;

    /// <summary>The first-run link is unknown, spent or over, or there are accounts already.</summary>
    public sealed record SetupOver : AccountAddition;
}

/// <summary>What came of inviting somebody.</summary>
public abstract record Invitation
{
    private Invitation()
    {
    }

    /// <param name="Link">To be handed to the person; it is shown once. A path alone where no origin is configured.</param>
    /// <param name="ExpiresAt">When the link is of no use any more.</param>
    /// <param name="Mailed">Whether the link is on its way to the person's address, too.</param>
    public sealed record Made(Account Account, string Link, DateTimeOffset ExpiresAt, bool Mailed) : Invitation
    {
        /// <summary>The link stays out of logs.</summary>
        public override string ToString() => nameof(Made);
    }

    /// <param name="Faults">All of them, in the order of the fields; at least one.</param>
    public sealed record Refused(IReadOnlyList<AccountFault> Faults) : Invitation;

    /// <summary>The account is disabled, or somebody removed it in the meantime.</summary>
    public sealed record NotPossible : Invitation;
}

/// <summary>What came of editing an account.</summary>
public abstract record AccountEdit
{
    private AccountEdit()
    {
    }

    public sealed record Changed : AccountEdit;

    /// <param name="Faults">All of them, in the order of the fields; at least one.</param>
    public sealed record Refused(IReadOnlyList<AccountFault> Faults) : AccountEdit;

    /// <param name="Why">Not <see cref="AccountChange.Done"/>.</param>
    public sealed record NotDone(AccountChange Why) : AccountEdit;
}

/// <summary>What came of resetting somebody's second factor.</summary>
public abstract record SecondFactorReset
{
    private SecondFactorReset()
    {
    }

    /// <param name="Code">To be handed to the person; it is shown once.</param>
    /// <param name="ExpiresAt">When the code is of no use any more.</param>
    public sealed record Done(EnrollmentCode Code, DateTimeOffset ExpiresAt) : SecondFactorReset;

    /// <summary>The reason is missing, or not of the length that an audit entry holds.</summary>
    public sealed record ReasonRefused : SecondFactorReset;

    /// <summary>Somebody removed the account in the meantime.</summary>
    public sealed record AccountGone : SecondFactorReset;
}

/// <summary>What came of setting a password.</summary>
public abstract record PasswordChange
{
    private PasswordChange()
    {
    }

    /// <summary>The person's sessions and flows are over.</summary>
    public sealed record Changed : PasswordChange;

    /// <param name="Faults">At least one.</param>
    public sealed record Refused(IReadOnlyList<AccountFault> Faults) : PasswordChange;

    /// <summary>Somebody removed the account in the meantime.</summary>
    public sealed record AccountGone : PasswordChange;
}
