using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>The record sets of one unit, or of work that reads.</summary>
internal sealed class LiteDbTransaction(LiteDbScope scope) : IStoreWrite
{
    public IAccountRecords Accounts { get; } = new LiteDbAccountRecords(scope);

    public IAccountSearch AccountSearch { get; } = new LiteDbAccountSearch(scope);

    public IDeletedAccountRecords DeletedAccounts { get; } = new LiteDbDeletedAccountRecords(scope);

    public IPasswordRecords Passwords { get; } = new LiteDbPasswordRecords(scope);

    public IPasswordTokenRecords PasswordTokens { get; } = new LiteDbPasswordTokenRecords(scope);

    public ITotpRecords Totp { get; } = new LiteDbTotpRecords(scope);

    public IPendingTotpRecords PendingTotp { get; } = new LiteDbPendingTotpRecords(scope);

    public IRecoveryCodeRecords RecoveryCodes { get; } = new LiteDbRecoveryCodeRecords(scope);

    public IEnrollmentCodeRecords EnrollmentCodes { get; } = new LiteDbEnrollmentCodeRecords(scope);

    public ICodeRequestRecords CodeRequests { get; } = new LiteDbCodeRequestRecords(scope);

    public IIssuedCodeRecords IssuedCodes { get; } = new LiteDbIssuedCodeRecords(scope);

    public IAttemptRecords Attempts { get; } = new LiteDbAttemptRecords(scope);

    public IFlowRecords Flows { get; } = new LiteDbFlowRecords(scope);

    public ISessionRecords Sessions { get; } = new LiteDbSessionRecords(scope);

    public IKnownBrowserRecords KnownBrowsers { get; } = new LiteDbKnownBrowserRecords(scope);

    public IApplicationRecords Applications { get; } = new LiteDbApplicationRecords(scope);

    public ISigningKeyRecords SigningKeys { get; } = new LiteDbSigningKeyRecords(scope);

    public IAuditRecords Audit { get; } = new LiteDbAuditRecords(scope);

    public IMailRecords Mail { get; } = new LiteDbMailRecords(scope);

    public IChangeRecords Changes { get; } = new LiteDbChangeRecords(scope);

    public IFactRecords Facts { get; } = new LiteDbFactRecords(scope);

    // Nothing is held: the unit is alone.
    public Task<bool> HoldAccountAsync(string accountId) =>
        scope.WriteAsync(unit => unit.Find(Collections.Accounts, accountId) is not null);

    public void Undo() => scope.Undo();

    public Task<int> DeleteExpiredAsync(DateTimeOffset now) => scope.WriteAsync(unit => Sweep.Run(unit, now));
}
