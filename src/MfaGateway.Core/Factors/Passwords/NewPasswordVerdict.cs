namespace MfaGateway.Core.Factors.Passwords;

/// <summary>What the rules say of a new password.</summary>
public abstract record NewPasswordVerdict
{
    private NewPasswordVerdict()
    {
    }

    public sealed record Accepted : NewPasswordVerdict;

    /// <param name="Advice">One sentence for the person that says what to do. It never repeats the password.</param>
    public sealed record Refused(string Advice) : NewPasswordVerdict;
}
