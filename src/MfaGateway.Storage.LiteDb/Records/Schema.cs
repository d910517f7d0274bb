using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Work;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>
/// The version of the documents, kept in the store. Collections and indexes are made where the engine opens; a step here changes
/// documents, in one unit.
/// </summary>
internal static class Schema
{
    private const string Key = "schema";

    /// <summary>The first makes an empty store; the number of steps is the version.</summary>
    private static readonly Action<UnitOfWork>[] Steps = [Begin];

    /// <exception cref="StoreRefusedException">It is newer than this program, or there is none and there must be.</exception>
    public static async Task UpgradeAsync(LiteDbEngine engine, string location, bool mayCreate, CancellationToken cancellationToken)
    {
        while (await engine.RunAsync(unit => Task.FromResult(TakeStep(unit, location, mayCreate)), cancellationToken))
        {
        }
    }

    /// <returns>Whether there may be another step to take.</returns>
    private static bool TakeStep(UnitOfWork unit, string location, bool mayCreate)
    {
        var version = unit.Find(Collections.Values, Key)?.Int(Fields.Version) ?? 0;
        if (version > Steps.Length)
        {
            throw new StoreRefusedException(
                $"The store at {location} has schema version {version}, but this program knows versions up to {Steps.Length}. "
                + "Start the newer program, or restore a backup made before the upgrade.");
        }

        if (version == 0 && !mayCreate)
        {
            throw new StoreRefusedException(
                $"The store at {location} is empty, but there was one before. Restore a backup. An empty store would leave everyone "
                + "without a second factor, so none is made in its place.");
        }

        if (version == Steps.Length)
            return false;
        Steps[version](unit);
        unit.Put(Collections.Values, NewDocument((Fields.Id, Key), (Fields.Version, version + 1)));
        return true;
    }

    private static void Begin(UnitOfWork unit)
    {
        unit.Put(Collections.Values, LiteDbChangeRecords.From(mark: 1));
        unit.Put(Collections.Values, LiteDbAuditRecords.From(new AuditHead(1, AuditChain.NoMac, 0, AuditChain.NoMac, Seal: null)));
    }
}
