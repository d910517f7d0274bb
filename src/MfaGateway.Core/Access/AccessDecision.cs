namespace MfaGateway.Core.Access;

/// <summary>What becomes of a request.</summary>
public enum AccessDecision
{
    Allow,

    /// <summary>Nobody is signed in: ask who it is.</summary>
    SignIn,

    /// <summary>Somebody is signed in but has proved too little, or too long ago.</summary>
    StepUp,

    /// <summary>No challenge can help.</summary>
    Deny,
}
