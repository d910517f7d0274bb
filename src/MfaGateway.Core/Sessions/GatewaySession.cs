using MfaGateway.Core.Factors;

namespace MfaGateway.Core.Sessions;

/// <summary>What stands after a completed flow. Its cookie is opaque; everything else is here.</summary>
/// <param name="Id">Opaque and safe to show; the <c>sid</c> of statements.</param>
/// <param name="TokenHash">SHA-256 of the session cookie's value.</param>
/// <param name="Proofs">The latest proof of each factor, with its time.</param>
/// <param name="SignedInAt">The oldest of the proofs: stepping up does not make a session younger than what it stands on.</param>
/// <param name="LastSeenAt">Written at most once a minute.</param>
/// <param name="ExpiresAt">The absolute end, counted from <see cref="SignedInAt"/>; the idle end is <see cref="LastSeenAt"/> plus <see cref="GatewaySessionOptions.IdleTimeout"/>.</param>
/// <param name="ClientAddress">Where the flow was completed from, for the person's own list.</param>
/// <param name="UserAgent">As sent, cut to 256 characters, for the same list.</param>
public sealed record GatewaySession(
    string Id,
    byte[] TokenHash,
    string AccountId,
    IReadOnlyList<Proof> Proofs,
    DateTimeOffset SignedInAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset ExpiresAt,
    string ClientAddress,
    string UserAgent);
