using System.Globalization;
using MfaGateway.Core.Auditing;

namespace MfaGateway.Commands;

/// <summary><c>audit verify</c></summary>
internal static class VerifyAudit
{
    public static Task<int> RunAsync(Launch launch, bool json, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(launch, mayCreate: false, store => RunAsync(store, json, cancellationToken), cancellationToken);

    private static async Task<int> RunAsync(CommandStore store, bool json, CancellationToken cancellationToken)
    {
        // Before the entries: what a gateway notes while they are read may be younger than they are.
        var mark = store.Store.Directory.ReadAuditMark();
        var report = await new AuditVerification(store.Stores.Audit, store.Store.AuditChain).VerifyAsync(mark, cancellationToken);
        if (json)
            await Output.WriteJsonAsync(ShownReport.Of(report));
        else
            await PrintAsync(report);
        return report.IsWhole ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task PrintAsync(AuditReport report)
    {
        var entries = string.Create(CultureInfo.InvariantCulture, $"{report.Entries} {(report.Entries == 1 ? "entry" : "entries")}");
        foreach (var fault in report.Faults)
            await CommandConsole.Current.Error.WriteLineAsync(fault.Describe());
        await CommandConsole.Current.Out.WriteLineAsync(report.IsWhole ? $"{entries}, chain whole." : $"{entries}, chain broken.");
        if (report.UnchainedTo > 0)
        {
            await CommandConsole.Current.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"Those up to {report.UnchainedTo} were written by a version without a chain: whether they were edited can't be told."));
        }
    }

    /// <summary>The names of the JSON are part of the contract with scripts.</summary>
    private sealed record ShownReport(long Entries, bool Whole, long UnchainedTo, IReadOnlyList<ShownFault> Faults)
    {
        public static ShownReport Of(AuditReport report) =>
            new(report.Entries, report.IsWhole, report.UnchainedTo, [.. report.Faults.Select(ShownFault.Of)]);
    }

    private sealed record ShownFault(string Kind, long From, long To, string Message)
    {
        public static ShownFault Of(AuditFault fault) =>
            new(char.ToLowerInvariant(fault.Kind.ToString()[0]) + fault.Kind.ToString()[1..], fault.From, fault.To, fault.Describe());
    }
}
