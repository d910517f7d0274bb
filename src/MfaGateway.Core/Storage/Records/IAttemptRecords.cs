using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Storage.Records;

/// <summary>What was counted, one a bucket. A transaction takes its buckets in the ordinal order of their keys.</summary>
public interface IAttemptRecords
{
    /// <summary>Holds a bucket until the transaction ends; one that is not there is made, empty.</summary>
    Task<AttemptState> HoldAsync(AttemptBucket bucket);

    /// <summary>The same; one that is not there is not made.</summary>
    Task<AttemptState?> FindHeldAsync(string key);

    /// <param name="forgetAt">From then on it says nothing that an empty one does not.</param>
    Task SaveAsync(AttemptBucket bucket, AttemptState state, DateTimeOffset forgetAt);

    Task DeleteAsync(string key);

    /// <summary>The buckets of an account, in the ordinal order of their keys.</summary>
    Task<IReadOnlyList<AttemptRecord>> ListAsync(string accountId);

    /// <summary>The keys that begin with this text, in their ordinal order.</summary>
    /// <param name="prefix">One character or more; it ends with a slash.</param>
    Task<IReadOnlyList<string>> ListKeysAsync(string prefix);

    /// <summary>All buckets, in the engine's order of their keys.</summary>
    /// <param name="after">Only keys behind this one; empty from the beginning.</param>
    /// <param name="count">How many at most; 1 to 500.</param>
    Task<IReadOnlyList<KeptAttempts>> ListAllAsync(string after, int count);
}

/// <param name="Limit">Which limit it counts for.</param>
public sealed record AttemptRecord(string Key, AttemptLimit Limit, AttemptState State);

/// <summary>A bucket with all that is kept of it.</summary>
public sealed record KeptAttempts(string Key, AttemptLimit Limit, string? AccountId, AttemptState State, DateTimeOffset ForgetAt);
