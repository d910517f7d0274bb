using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Challenges;

/// <summary>From where an answer comes: for limits, the audit and the person's own list, never for who it is.</summary>
public sealed record ClientContext(string Address, string UserAgent)
{
    /// <summary>What the known-browser cookie holds, if there is one.</summary>
    public SecretToken? Browser { get; init; }

    /// <summary>BCP 47 tags in the reader's order of preference, divided by commas; null where the request names none.</summary>
    public string? Languages { get; init; }
}
