using MfaGateway.Core.Access;

namespace MfaGateway.Core.IdentityHeaders;

/// <summary>
/// What is said of the person to the upstream app. It says nothing of the request, so it stays the same until the
/// session's proofs, groups or state change.
/// </summary>
public sealed record IdentityStatement
{
    /// <summary>Nobody: what an unauthenticated request on a public route carries.</summary>
    public static IdentityStatement Anonymous { get; } = new()
    {
        Subject = "",
        UserName = "",
        Acr = StrengthNames.None,
        SessionId = "",
    };

    /// <summary>The account's opaque id, which outlives a change of name; empty when anonymous.</summary>
    public required string Subject { get; init; }

    public required string UserName { get; init; }

    /// <summary>Empty when the account has none.</summary>
    public string Email { get; init; } = "";

    /// <summary>The display name; empty when the account has none.</summary>
    public string Name { get; init; } = "";

    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>How the person proved it, in the names of RFC 8176 (<c>pwd</c>, <c>otp</c>, <c>mfa</c>, <c>hwk</c>, ...).</summary>
    public IReadOnlyList<string> Amr { get; init; } = [];

    /// <summary>How strong it is: one of <see cref="StrengthNames"/>.</summary>
    public required string Acr { get; init; }

    /// <summary>When the session became as strong as it is; none when anonymous.</summary>
    public DateTimeOffset? AuthTime { get; init; }

    /// <summary>The session's public id, which is of no use as a cookie; empty when anonymous.</summary>
    public required string SessionId { get; init; }

    /// <summary>When each factor was last proved, by a name like those of <see cref="Amr"/>.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Proofs { get; init; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Nobody is signed in.</summary>
    public bool IsAnonymous => Subject.Length == 0;
}
