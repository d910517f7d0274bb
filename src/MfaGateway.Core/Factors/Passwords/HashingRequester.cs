namespace MfaGateway.Core.Factors.Passwords;

/// <summary>Who waits for a password to be hashed.</summary>
/// <param name="Address">The client's; null for the program itself.</param>
/// <param name="Account">
/// Whose known browser, session or one-time link the client has shown; null for a stranger. No flood of strangers delays those who have shown one.
/// </param>
public sealed record HashingRequester(string? Address, string? Account)
{
    /// <summary>The program and its commands.</summary>
    public static HashingRequester Program { get; } = new(Address: null, "program");
}
