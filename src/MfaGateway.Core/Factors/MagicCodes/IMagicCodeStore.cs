using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>Requests for codes and the codes that were issued for them. The codes themselves are nowhere.</summary>
public interface IMagicCodeStore
{
    /// <summary>Adds a request with its first code. On disk, with the mail, when it returns.</summary>
    /// <param name="code">Null where a limit of mails is reached: then none was made.</param>
    /// <param name="trace">The mail and what tells of it; null where nobody gets one.</param>
    /// <returns>False when the flow whose step it is has ended, or has a request already; nothing is kept.</returns>
    Task<bool> AddAsync(CodeRequest request, IssuedCode? code, ChangeTrace? trace, CancellationToken cancellationToken);

    /// <summary>Saves the count and the times of a request that asks for one code more, with that code.</summary>
    /// <param name="request">As it will be.</param>
    /// <returns>False when it is not open any more, or another code was asked for at the same moment.</returns>
    Task<bool> TryAddCodeAsync(CodeRequest request, IssuedCode? code, ChangeTrace? trace, CancellationToken cancellationToken);

    /// <summary>The request of a waiting browser whose time is not over; whatever its state.</summary>
    Task<CodeRequest?> FindAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The request that is a step of this flow.</summary>
    Task<CodeRequest?> FindOfFlowAsync(string flowId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The code whose mail has this link, with its request; expired ones too, as long as they are kept.</summary>
    Task<LinkedCode?> FindByLinkAsync(byte[] linkHash, CancellationToken cancellationToken);

    Task<IReadOnlyList<IssuedCode>> ListCodesAsync(string requestId, CancellationToken cancellationToken);

    /// <summary>How long a request is kept after its use: longer than any code of the same value lives.</summary>
    static readonly TimeSpan UsedKeptFor = TimeSpan.FromHours(48);

    /// <summary>The newest step whose value, or the link beside it, was used for an account at an application; null when none is kept.</summary>
    /// <param name="accountId">Null for a request that nobody can meet: nothing was ever typed for it.</param>
    /// <param name="generation">Of the application's secret.</param>
    Task<long?> FindNewestUsedStepAsync(string? accountId, string applicationId, int generation, CancellationToken cancellationToken);

    /// <summary>
    /// Uses a code, or the link beside it: once for the request, however many codes it has. The address counts as verified
    /// from then on. On disk before it answers.
    /// </summary>
    /// <param name="registers">Who becomes an account by it, in the same transaction; null where nobody does.</param>
    /// <returns>
    /// False when the request is not open (any more), the code is not good at this moment, the same value was typed for another
    /// request of the account before, or another account has the name or the address of who registers: then nothing is spent.
    /// </returns>
    Task<bool> TryConsumeMagicCodeAsync(
        string requestId, string codeId, MagicCodeUse use, Registrant? registers, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    Task<bool> TryConsumeMagicCodeAsync(
        string requestId, string codeId, MagicCodeUse use, Registrant? registers, AuditEntry? entry, DateTimeOffset now,
        CancellationToken cancellationToken);

    /// <summary>Lets the waiting browser in if the number is the one that it shows, and ends the request if not: one try.</summary>
    Task<CodeApproval> ApproveAsync(string requestId, string codeId, int number, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Uses an approval, once, in the browser that waits.</summary>
    /// <param name="registers">As with a code.</param>
    /// <returns>False when there is none, or another account has the name or the address of who registers.</returns>
    Task<bool> TryClaimApprovalAsync(string requestId, Registrant? registers, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    Task<bool> TryClaimApprovalAsync(
        string requestId, Registrant? registers, AuditEntry? entry, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Ends a request that is open or confirmed: no code of it is good any more, and nobody goes on by it.</summary>
    Task EndAsync(string requestId, CancellationToken cancellationToken);

    /// <summary>When this address of the account was last proved by a code or link; null when it never was.</summary>
    Task<DateTimeOffset?> FindVerifiedAtAsync(string accountId, string foldedEmail, CancellationToken cancellationToken);

    /// <summary>Who has switched this way of signing in off for an account.</summary>
    Task<MagicCodeSwitches> FindSwitchesAsync(string accountId, CancellationToken cancellationToken);

    /// <summary>
    /// Sets one of both switches, and leaves the other as it is. Switched off, it ends the account's sessions with the sign-ins
    /// under way: one of them may have come by mail. See <c>IOwnChangeStore</c> for a switch that somebody sets in a session.
    /// </summary>
    /// <param name="trace">What tells of it.</param>
    /// <returns>False when the account is gone.</returns>
    Task<bool> SwitchAsync(string accountId, MagicCodeSwitch which, bool off, ChangeTrace trace, CancellationToken cancellationToken);
}

/// <param name="Request">It may be over.</param>
public sealed record LinkedCode(CodeRequest Request, IssuedCode Code);

/// <summary>What came of a number.</summary>
public enum CodeApproval
{
    Approved,

    /// <summary>The wrong number: the request has ended.</summary>
    WrongNumber,

    /// <summary>There was nothing to approve any more.</summary>
    Over,
}

/// <summary>What of a mail is used.</summary>
public enum MagicCodeUse
{
    Typed,
    Link,
}

/// <summary>Whose switch it is.</summary>
public enum MagicCodeSwitch
{
    Owner,
    Administrator,
}

/// <summary>Each of both can switch it off, and neither can switch on what the other has switched off.</summary>
public sealed record MagicCodeSwitches(bool OffByOwner, bool OffByAdministrator)
{
    public static MagicCodeSwitches On { get; } = new(OffByOwner: false, OffByAdministrator: false);

    public bool IsOn => !OffByOwner && !OffByAdministrator;
}
