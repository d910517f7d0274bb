namespace MfaGateway.Core.Throttling;

/// <summary>Bound at <c>MfaGateway:Attempts</c>.</summary>
public sealed class AttemptOptions
{
    /// <summary>Wrong codes after which a flow is over and the person starts again with the password.</summary>
    /// <value>1 to 10; the default is 5.</value>
    public int PerChallenge { get; set; } = 5;
}
