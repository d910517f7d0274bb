using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Challenges;

/// <summary>From where an answer comes: for limits, the audit and the person's own list, never for who it is.</summary>
public sealed record ClientContext(string Address, string UserAgent)
{
    /// <summary>What the known-browser cookie holds, if there is one.</summary>
    public SecretToken? Browser { get; init; }

    /// <summary>
    /// Of the languages that mails are written in those that the request names: BCP 47 tags divided by commas, the best first; null
    /// where there is none.
    /// </summary>
    public string? Languages { get; init; }
}
