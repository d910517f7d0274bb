namespace MfaGateway.Pages.Admin;

/// <summary>What one can choose to see of the audit log; each begins the names of its events.</summary>
public static class AuditEventKinds
{
    public static IReadOnlyList<(string Word, string Label)> All { get; } =
    [
        ("factor", "Answers to challenges"),
        ("session", "Sign-ins and sign-outs"),
        ("flow", "Sign-ins that were stopped"),
        ("address", "Addresses that were closed"),
        ("account", "Accounts"),
        ("authenticator", "Authenticators"),
        ("second-factor", "Second factors switched off or reset"),
        ("recovery-codes", "Recovery codes"),
        ("password", "Passwords"),
        ("browser", "Known browsers"),
        ("magic-code", "Codes by e-mail"),
        ("application", "Settings of applications"),
        ("mail", "Mail that was not delivered"),
        ("audit", "The audit log itself"),
    ];

    /// <summary>What to ask the log for; null for anything that is not in the list.</summary>
    public static string? NameOf(string? word) => All.Any(kind => kind.Word == word) ? word + "." : null;
}
