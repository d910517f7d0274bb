using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Core.Accounts;

/// <summary>A person who may sign in.</summary>
/// <param name="Id">Opaque and constant; the <c>sub</c> of every statement. See <see cref="Storage.Identifiers"/>.</param>
/// <param name="UserName">As typed when the account was made; compared by <c>UserNames.Fold</c>.</param>
/// <param name="Email">One address; unique among accounts by <c>EmailAddress.Fold</c>.</param>
/// <param name="DisplayName">What pages and upstream apps call the person.</param>
/// <param name="Groups">Group names; none holds a comma, CR, LF or NUL.</param>
/// <param name="Disabled">A disabled account can't sign in and its sessions are over.</param>
public sealed record Account(
    string Id,
    string UserName,
    string Email,
    string DisplayName,
    IReadOnlyList<string> Groups,
    bool Disabled,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSignInAt)
{
    /// <summary>
    /// Grows with every new password, revocation and disabling. What a sign-in proved before that counts for nothing after
    /// it, however long the proof took to check.
    /// </summary>
    public long SignInEpoch { get; init; }

    /// <summary>What the browser of the last sign-in asked for; see <see cref="Challenges.ClientContext.Languages"/>.</summary>
    public string? Languages { get; init; }

    /// <summary>The folded address that a mailed code was last typed for, with its time: it is verified while it is still the account's. Null before.</summary>
    public string? VerifiedEmail { get; init; }

    /// <summary>When <see cref="VerifiedEmail"/> was verified.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Who has switched signing in by a mailed code off.</summary>
    public MagicCodeSwitches Codes { get; init; } = MagicCodeSwitches.On;
}
