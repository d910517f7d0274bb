using MfaGateway.Core.Storage;

namespace MfaGateway.Core.IdentityHeaders;

/// <summary>
/// Which key signs, which are published and when the next is made. Pure: every node that reads the same rows at the
/// same time comes to the same plan.
/// </summary>
public static class SigningKeySchedule
{
    /// <summary>How long a key signs.</summary>
    public static readonly TimeSpan SigningTime = TimeSpan.FromDays(90);

    /// <summary>The least time for which a key is published before it signs (but for the very first).</summary>
    public static readonly TimeSpan PublishedAhead = TimeSpan.FromHours(24);

    /// <summary>How long a key stays published after its last signature.</summary>
    public static readonly TimeSpan PublishedAfter = TimeSpan.FromHours(24);

    // A day to spare, so that a gateway that is down for a night still rolls on time.
    private static readonly TimeSpan MadeAhead = PublishedAhead * 2;

    /// <summary>The plan for these keys, which are all there are, lowest generation first.</summary>
    public static SigningKeyPlan Plan(IReadOnlyList<SigningKeyRow> rows, DateTimeOffset now)
    {
        if (rows.Count == 0)
            return new SigningKeyPlan(Signer: null, Published: [], RetiredUpTo: 0, new DueSigningKey(1, now));

        // The first key of all signs at once, even where this node's clock is behind that of the node which made it.
        var signer = rows.LastOrDefault(row => row.ActivatesAt <= now) ?? rows[0];
        var settled = rows.LastOrDefault(row => row.ActivatesAt + PublishedAfter <= now);
        var retiredUpTo = settled is null ? 0 : settled.Generation - 1;
        return new SigningKeyPlan(signer, [.. rows.Where(row => row.Generation > retiredUpTo)], retiredUpTo, Due(rows[^1], now));
    }

    /// <summary>The key that replaces the newest ahead of time, on an operator's word.</summary>
    public static DueSigningKey Rotation(IReadOnlyList<SigningKeyRow> rows, DateTimeOffset now) =>
        rows.Count == 0 ? new DueSigningKey(1, now) : new DueSigningKey(rows[^1].Generation + 1, now + PublishedAhead);

    private static DueSigningKey? Due(SigningKeyRow newest, DateTimeOffset now)
    {
        var planned = newest.ActivatesAt + SigningTime;
        if (now < planned - MadeAhead)
            return null;
        var earliest = now + PublishedAhead;
        return new DueSigningKey(newest.Generation + 1, planned > earliest ? planned : earliest);
    }
}

/// <summary>What follows from the keys there are, at one moment.</summary>
/// <param name="Signer">The key to sign with; null only when there is none at all.</param>
/// <param name="Published">The keys whose public halves are shown: to come, signing, and lately replaced.</param>
/// <param name="RetiredUpTo">Keys of this generation and below serve nothing any more; 0 when there are none.</param>
/// <param name="Due">The key that is to be made now, if one is.</param>
public sealed record SigningKeyPlan(
    SigningKeyRow? Signer, IReadOnlyList<SigningKeyRow> Published, long RetiredUpTo, DueSigningKey? Due);

/// <summary>A key that is to be made.</summary>
public sealed record DueSigningKey(long Generation, DateTimeOffset ActivatesAt);
