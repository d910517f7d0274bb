using System.Globalization;
using MfaGateway.Core.Auditing;

namespace MfaGateway.Commands;

/// <summary><c>audit tail</c></summary>
internal static class TailAudit
{
    public static Task<int> RunAsync(Launch launch, int count, bool json, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(launch, mayCreate: false, store => RunAsync(store, count, json, cancellationToken), cancellationToken);

    private static async Task<int> RunAsync(CommandStore store, int count, bool json, CancellationToken cancellationToken)
    {
        var newest = await store.Sql.Audit.ListAsync(before: null, count, cancellationToken);
        var entries = newest.Reverse().ToList();
        if (json)
        {
            await Output.WriteJsonAsync(entries.Select(ListedEntry.Of));
            return ExitCodes.Done;
        }

        var names = await NamesAsync(store, entries, cancellationToken);
        Output.WriteTable(
            ["", "TIME", "EVENT", "ACCOUNT", "BY", "FROM", "RESULT", "DETAIL"],
            entries.Select(entry => Row(entry, names)));
        return ExitCodes.Done;
    }

    private static string[] Row(RecordedAuditEntry recorded, Dictionary<string, string> names)
    {
        var entry = recorded.Entry;
        return
        [
            recorded.Sequence.ToString(CultureInfo.InvariantCulture), Output.Time(entry.At), entry.Event,
            NameOf(entry.AccountId, names), NameOf(entry.Actor, names), entry.ClientAddress ?? string.Empty,
            entry.Succeeded ? "done" : "refused", entry.Detail ?? string.Empty,
        ];
    }

    // An account that is gone is shown by its id.
    private static string NameOf(string? id, Dictionary<string, string> names) => id is null ? string.Empty : names.GetValueOrDefault(id, id);

    private static async Task<Dictionary<string, string>> NamesAsync(
        CommandStore store, List<RecordedAuditEntry> entries, CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in entries.SelectMany(entry => new[] { entry.Entry.AccountId, entry.Entry.Actor }).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (await store.Sql.Accounts.FindAsync(id, cancellationToken) is { } account)
                names[id] = account.UserName;
        }

        return names;
    }
}

/// <summary>An entry as scripts get it; the names of the JSON are part of the contract with them.</summary>
internal sealed record ListedEntry(
    long Sequence, DateTimeOffset At, string Event, string? AccountId, string? Actor, string? ClientAddress, bool Succeeded, string? Detail)
{
    public static ListedEntry Of(RecordedAuditEntry recorded) => new(
        recorded.Sequence, recorded.Entry.At, recorded.Entry.Event, recorded.Entry.AccountId, recorded.Entry.Actor,
        recorded.Entry.ClientAddress, recorded.Entry.Succeeded, recorded.Entry.Detail);
}
