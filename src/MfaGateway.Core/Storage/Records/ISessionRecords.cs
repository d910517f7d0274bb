using MfaGateway.Core.Sessions;

namespace MfaGateway.Core.Storage.Records;

/// <summary>Sessions, and which one carries on one that its own step-up has ended.</summary>
public interface ISessionRecords
{
    Task AddAsync(GatewaySession session);

    Task<GatewaySession?> FindByTokenAsync(byte[] tokenHash);

    Task<GatewaySession?> FindAsync(string id);

    /// <returns>The latest seen first.</returns>
    Task<IReadOnlyList<GatewaySession>> ListAsync(string accountId);

    /// <summary>Raises the time at which it was last seen; an earlier time changes nothing.</summary>
    Task TouchAsync(string id, DateTimeOffset lastSeenAt);

    /// <returns>Whether this call deleted it; of many at once, one returns true.</returns>
    Task<bool> TryDeleteAsync(string id);

    /// <summary>Notes that a session carries on an ended one, and with it all that the ended one carried on.</summary>
    Task SucceedAsync(string endedId, GatewaySession session);

    /// <summary>The session that carries on an ended one, if it is there.</summary>
    Task<GatewaySession?> FindSuccessorAsync(string endedId);

    /// <summary>Which session carries on which ended one, in the engine's order of the ended ones.</summary>
    /// <param name="after">Only ended sessions behind this id; empty from the beginning.</param>
    /// <param name="count">How many at most; 1 to 500.</param>
    Task<IReadOnlyList<Succession>> ListSuccessionsAsync(string after, int count);
}

public sealed record Succession(string EndedId, string SessionId);
