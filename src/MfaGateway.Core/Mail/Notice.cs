using MfaGateway.Core.Accounts;

namespace MfaGateway.Core.Mail;

/// <summary>Something that happened to an account, to be told to its person.</summary>
/// <param name="Account">The account as it is now; the mail goes to its address.</param>
/// <param name="At">When it happened.</param>
/// <param name="ClientAddress">From where; null for what an administrator did on the server.</param>
public sealed record Notice(NoticeKind Kind, Account Account, DateTimeOffset At, string? ClientAddress)
{
    /// <summary>The detail of what an administrator did where the person can do the same. It is stored: never rename.</summary>
    public const string ByAdministrator = "administrator";

    /// <summary>A few words more; see <see cref="NoticeKind"/>. It may be secret: it is encrypted until it is delivered.</summary>
    public string? Detail { get; init; }

    /// <summary>A second address that gets a mail of its own, e.g. the one before a change.</summary>
    public string? AlsoTo { get; init; }

    /// <summary>
    /// See <see cref="Challenges.ClientContext.Languages"/>; null for what is known of the account (<see cref="Account.Languages"/>). Only of
    /// a request that is the person's own: neither an administrator nor a stranger chooses a language in which a warning is not understood.
    /// </summary>
    public string? Languages { get; init; }

    public override string ToString() => $"{nameof(Notice)} {Kind}";
}
