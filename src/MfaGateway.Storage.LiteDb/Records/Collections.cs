using MfaGateway.Storage.LiteDb.Documents;

namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>
/// Every collection. What a sign-in changes has few indexes, and none of what it changes: a counter or a step is written in its
/// place.
/// </summary>
internal static class Collections
{
    /// <summary>Single values: facts, change mark, head of the audit chain, keys and settings of applications, signing keys.</summary>
    public const string Values = "val";

    public const string Accounts = "acc";

    /// <summary>By folded user name: what people are searched by. Small, because a search for a part of a name reads them all.</summary>
    public const string Searched = "find";

    /// <summary>By group and account.</summary>
    public const string Members = "grp";

    /// <summary>One of each for an account, by account and kind: password, recovery codes, enrolment code.</summary>
    public const string Owned = "own";

    public const string DeletedAccounts = "gone";
    public const string PasswordTokens = "tok";
    public const string Totp = "totp";
    public const string PendingTotp = "pend";
    public const string CodeRequests = "req";

    /// <summary>By request and number.</summary>
    public const string IssuedCodes = "code";
    public const string Attempts = "att";
    public const string Flows = "flow";

    /// <summary>By session and flow, for the few flows that replace a session: an index of all flows would cost each of them.</summary>
    public const string Replacing = "repl";
    public const string Sessions = "ses";
    public const string Successions = "succ";

    /// <summary>By token and account.</summary>
    public const string KnownBrowsers = "brow";
    public const string Audit = "log";
    public const string Mail = "mail";
    public const string Changes = "chg";

    public static IReadOnlyList<CollectionDefinition> All { get; } =
    [
        new(Values),
        new(Accounts, Fields.Name, Fields.Mailbox),
        new(Searched),
        new(Members),
        new(Owned),
        new(DeletedAccounts, Fields.Name, Fields.End),
        new(PasswordTokens, Fields.Owner, Fields.End),
        new(Totp, Fields.Owner),
        new(PendingTotp, Fields.Owner, Fields.End),
        new(CodeRequests, Fields.Token, Fields.Of, Fields.Owner, Fields.End),
        new(IssuedCodes, Fields.Of),
        new(Attempts, Fields.Owner, Fields.End),
        new(Flows, Fields.Token, Fields.Owner, Fields.End),
        new(Replacing),
        new(Sessions, Fields.Token, Fields.Owner, Fields.End),
        new(Successions, Fields.Of, Fields.End),
        new(KnownBrowsers, Fields.Owner, Fields.End),
        new(Audit, Fields.Owner),
        new(Mail, Fields.Owner, Fields.Due, Fields.End),
        new(Changes),
    ];
}
