using LiteDB;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Work;

namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>Deletes what is over, by the time in <see cref="Fields.End"/>.</summary>
internal static class Sweep
{
    /// <summary>Documents of one unit: the others wait meanwhile.</summary>
    public const int Most = IStoreWrite.SweepPortion;

    private static readonly string[] Expiring =
    [
        Collections.Sessions, Collections.Successions, Collections.PendingTotp, Collections.Flows, Collections.CodeRequests,
        Collections.Attempts, Collections.KnownBrowsers, Collections.PasswordTokens, Collections.Mail,
    ];

    /// <returns>How many went, without those that went along with them; <see cref="Most"/> where there may be more.</returns>
    public static int Run(UnitOfWork unit, DateTimeOffset now)
    {
        var deleted = 0;
        foreach (var collection in Expiring)
        {
            if (deleted < Most)
                deleted += Delete(unit, collection, now.ToUnixTimeMilliseconds(), Most - deleted);
        }

        return deleted;
    }

    private static int Delete(UnitOfWork unit, string collection, long now, int most)
    {
        // Where the index has the day alone, some of the last day are not over yet; the others are found the day after at the latest.
        var over = unit.Read(collection, Fields.End, KeyRange.AtMost(now), most)
            .Where(one => collection != Collections.KnownBrowsers || one.Long(Fields.Exact) <= now).ToList();
        foreach (var one in over)
            Delete(unit, collection, one);
        return over.Count;
    }

    private static void Delete(UnitOfWork unit, string collection, BsonDocument document)
    {
        if (collection == Collections.Flows)
            Cascades.TryDeleteFlow(unit, document.Id);
        else if (collection == Collections.CodeRequests)
            Cascades.DeleteRequest(unit, document.Id);
        else
            unit.Delete(collection, document[Fields.Id]);
    }
}
