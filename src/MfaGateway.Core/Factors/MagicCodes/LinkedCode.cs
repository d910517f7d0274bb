using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <param name="Request">It may be over.</param>
public sealed record LinkedCode(CodeRequest Request, IssuedCode Code);

/// <summary>What came of a number.</summary>
public enum CodeApproval
{
    Approved,

    /// <summary>The wrong number: the request has ended.</summary>
    WrongNumber,

    /// <summary>There was nothing left to approve.</summary>
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
