using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Core.Storage;

/// <summary>
/// What a rule writes in: the record sets, and what tells of the change. Rows are taken in one order, so that no two transactions wait
/// for each other: the administrators' gate, the account, its rows, attempt buckets in the ordinal order of their keys, mails, the head of the
/// audit chain, the change mark. The last three are taken here, when the work has returned.
/// </summary>
public sealed class Transaction(IStoreWrite records) : IStoreRead
{
    private readonly List<OutboxMail> _mails = [];
    private readonly List<AuditEntry> _entries = [];
    private readonly List<string> _changedAccounts = [];

    public IAccountRecords Accounts => records.Accounts;

    public IAccountSearch AccountSearch => records.AccountSearch;

    public IDeletedAccountRecords DeletedAccounts => records.DeletedAccounts;

    public IPasswordRecords Passwords => records.Passwords;

    public IPasswordTokenRecords PasswordTokens => records.PasswordTokens;

    public ITotpRecords Totp => records.Totp;

    public IPendingTotpRecords PendingTotp => records.PendingTotp;

    public IRecoveryCodeRecords RecoveryCodes => records.RecoveryCodes;

    public IEnrollmentCodeRecords EnrollmentCodes => records.EnrollmentCodes;

    public ICodeRequestRecords CodeRequests => records.CodeRequests;

    public IIssuedCodeRecords IssuedCodes => records.IssuedCodes;

    public IAttemptRecords Attempts => records.Attempts;

    public IFlowRecords Flows => records.Flows;

    public ISessionRecords Sessions => records.Sessions;

    public IKnownBrowserRecords KnownBrowsers => records.KnownBrowsers;

    public IApplicationRecords Applications => records.Applications;

    public ISigningKeyRecords SigningKeys => records.SigningKeys;

    public IAuditRecords Audit => records.Audit;

    public IMailRecords Mail => records.Mail;

    public IChangeRecords Changes => records.Changes;

    public IFactRecords Facts => records.Facts;

    /// <summary>Whether the work decided against what it has written.</summary>
    public bool IsUndone { get; private set; }

    internal bool HasChanges => _changedAccounts.Count > 0;

    internal bool HasMails => _mails.Count > 0;

    /// <inheritdoc cref="IStoreWrite.HoldAccountAsync"/>
    public Task<bool> HoldAccountAsync(string accountId) => records.HoldAccountAsync(accountId);

    /// <summary>Holds an account and reads it as it is under the hold.</summary>
    /// <returns>Null where there is none.</returns>
    public async Task<Account?> FindHeldAccountAsync(string accountId) =>
        await records.HoldAccountAsync(accountId) ? await records.Accounts.FindAsync(accountId) : null;

    /// <inheritdoc cref="IStoreWrite.Undo"/>
    public void Undo()
    {
        IsUndone = true;
        records.Undo();
    }

    /// <inheritdoc cref="IStoreWrite.DeleteExpiredAsync"/>
    public Task<int> DeleteExpiredAsync(DateTimeOffset now) => records.DeleteExpiredAsync(now);

    /// <summary>Keeps mails with this commit.</summary>
    public void Keep(IReadOnlyList<OutboxMail> mails) => _mails.AddRange(mails);

    /// <summary>Keeps an audit entry with this commit; null for none.</summary>
    public void Keep(AuditEntry? entry)
    {
        if (entry is not null)
            _entries.Add(entry);
    }

    /// <summary>Keeps what tells of a change with this commit; null for none.</summary>
    public void Keep(ChangeTrace? trace)
    {
        if (trace is null)
            return;
        Keep(trace.Mails);
        Keep(trace.Entry);
    }

    public void Keep(IReadOnlyList<ChangeTrace> traces)
    {
        foreach (var trace in traces)
            Keep(trace);
    }

    /// <summary>Tells every node, with this commit, that what it cached of this account's sessions is out of date.</summary>
    public void RaiseChange(string accountId) => _changedAccounts.Add(accountId);

    /// <summary>Writes what was kept, in the order of locks. Once, when the work has returned.</summary>
    internal async Task KeepTracesAsync(AuditTrail trail)
    {
        if (IsUndone)
            return;
        foreach (var mail in _mails)
            await MailOutbox.AddAsync(this, mail);
        if (_entries.Count > 0)
            await trail.AppendAsync(records.Audit, _entries);
        foreach (var accountId in _changedAccounts.Distinct(StringComparer.Ordinal))
            await records.Changes.AddAsync(accountId);
    }
}
