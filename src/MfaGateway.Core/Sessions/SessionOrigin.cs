using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Sessions;

/// <summary>A session that ends when another one starts.</summary>
/// <param name="MustStand">
/// Whether the new one carries its proofs on. If it was ended meanwhile (sign-out, revocation), the new one does not start.
/// </param>
public sealed record SessionReplacement(string SessionId, bool MustStand)
{
    /// <summary>
    /// Whether how the account is signed in to was changed on the way. Then what the replaced session has open is cut, as a copy of its cookie may have opened it.
    /// </summary>
    public bool ChangedFactors { get; init; }
}

/// <summary>What a session comes from, which must still hold when it starts.</summary>
public sealed record SessionOrigin
{
    private SessionOrigin(string? flowId, long? signInEpoch)
    {
        FlowId = flowId;
        SignInEpoch = signInEpoch;
    }

    public string? FlowId { get; }

    public long? SignInEpoch { get; }

    /// <summary>A stored flow.</summary>
    public static SessionOrigin Flow(string flowId) => new(flowId, signInEpoch: null);

    /// <summary>A first answer that was enough at once; the epoch is the account's before it was checked.</summary>
    public static SessionOrigin FirstAnswer(long signInEpoch) => new(flowId: null, signInEpoch);
}
