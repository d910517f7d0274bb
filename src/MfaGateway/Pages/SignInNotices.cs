namespace MfaGateway.Pages;

/// <summary>Why somebody sees the sign-in page again. Only these words are understood; what a link says is never shown.</summary>
public static class SignInNotices
{
    public const string Expired = "expired";
    public const string PasswordSet = "password-set";

    public const string CodeOver = "code-over";

    public static string? TextOf(string? notice) => notice switch
    {
        Expired => "Your sign-in took too long, so we stopped it. Nothing is lost: sign in again and you will get to where you were going.",
        PasswordSet => "Your password is set. Sign in with it now.",
        CodeOver => "That code request has expired. Nothing is lost: ask for a new code.",
        _ => null,
    };
}
