using MfaGateway.Core.Storage;

namespace MfaGateway.Core.SelfService;

/// <summary>What came of a change of one's own account.</summary>
public abstract record OwnChange
{
    private OwnChange()
    {
    }

    /// <param name="SessionToken">What the session's cookie is from now on; null where it stays as it is.</param>
    public sealed record Done(SecretToken? SessionToken) : OwnChange;

    /// <summary>This account has no such thing; nothing changed.</summary>
    public sealed record NotFound : OwnChange;

    /// <summary>What was proved is too old for this, or too little; nothing changed.</summary>
    public sealed record StepUpFirst : OwnChange;

    /// <summary>The session was ended meanwhile; nothing changed.</summary>
    public sealed record SessionOver : OwnChange;
}
