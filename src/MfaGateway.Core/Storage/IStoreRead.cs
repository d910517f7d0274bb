using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Core.Storage;

/// <summary>The record sets of one transaction, one a kind of record. They are of no use once its work has returned.</summary>
public interface IStoreRead
{
    IAccountRecords Accounts { get; }

    IAccountSearch AccountSearch { get; }

    IDeletedAccountRecords DeletedAccounts { get; }

    IPasswordRecords Passwords { get; }

    IPasswordTokenRecords PasswordTokens { get; }

    ITotpRecords Totp { get; }

    IPendingTotpRecords PendingTotp { get; }

    IRecoveryCodeRecords RecoveryCodes { get; }

    IEnrollmentCodeRecords EnrollmentCodes { get; }

    ICodeRequestRecords CodeRequests { get; }

    IIssuedCodeRecords IssuedCodes { get; }

    IAttemptRecords Attempts { get; }

    IFlowRecords Flows { get; }

    ISessionRecords Sessions { get; }

    IKnownBrowserRecords KnownBrowsers { get; }

    IApplicationRecords Applications { get; }

    ISigningKeyRecords SigningKeys { get; }

    IAuditRecords Audit { get; }

    IMailRecords Mail { get; }

    IChangeRecords Changes { get; }

    IFactRecords Facts { get; }
}
