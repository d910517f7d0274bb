namespace MfaGateway.Proxying;

/// <summary>Under which names upstream apps are told who somebody is, unless a cluster asks for others.</summary>
public static class IdentityHeaderNames
{
    public const string User = "Remote-User";
    public const string Name = "Remote-Name";
    public const string Email = "Remote-Email";
    public const string Groups = "Remote-Groups";
    public const string Assertion = "X-Mfa-Assertion";

    /// <summary>All of them, in the order in which they are signed.</summary>
    public static IReadOnlyList<string> All { get; } = [Assertion, User, Name, Email, Groups];
}
