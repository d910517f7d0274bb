using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage.Copies;

namespace MfaGateway.Commands;

/// <summary><c>store verify</c></summary>
internal static class VerifyStore
{
    public static async Task<int> RunAsync(CommandStore store, bool json, CancellationToken cancellationToken)
    {
        var faults = new List<string>(await store.Stores.Engine.FindFaultsAsync(cancellationToken));
        var digest = new StoreDigest();
        var progress = new Progress("read");
        await foreach (var item in new StoreReading(store.Stores.Transactions, CopyExtent.Everything).ReadAsync(cancellationToken))
        {
            digest.Add(item);
            progress.Count();
        }

        var mark = store.Store.Directory.ReadAuditMark();
        var report = await new AuditVerification(store.Stores.Audit, store.Store.AuditChain).VerifyAsync(mark, cancellationToken);
        faults.AddRange(report.Faults.Select(fault => fault.Describe()));
        await PrintAsync(new ShownVerification(faults.Count == 0, digest.Counts, faults), json);
        return faults.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task PrintAsync(ShownVerification verification, bool json)
    {
        if (json)
        {
            await Output.WriteJsonAsync(verification);
            return;
        }

        foreach (var fault in verification.Faults)
            await CommandConsole.Current.Error.WriteLineAsync(fault);
        await CommandConsole.Current.Out.WriteLineAsync(
            $"{Counts.Describe(verification.Items)}: {(verification.Whole ? "whole" : "not whole. Restore a backup")}.");
    }

    /// <summary>The names of the JSON are part of the contract with scripts.</summary>
    private sealed record ShownVerification(bool Whole, IReadOnlyDictionary<string, long> Items, IReadOnlyList<string> Faults);
}
