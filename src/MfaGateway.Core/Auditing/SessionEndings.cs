namespace MfaGateway.Core.Auditing;

/// <summary>Details of <see cref="AuditEvents.SessionEnded"/>. They are stored: add, never change.</summary>
public static class SessionEndings
{
    /// <summary>The person has ended one of their other sessions.</summary>
    public const string Another = "another, by its person";

    /// <summary>The person has ended all sessions but the one they did it in.</summary>
    public const string Others = "others, by their person";
}
