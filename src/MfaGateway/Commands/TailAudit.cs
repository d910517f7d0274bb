using System.Globalization;
using MfaGateway.Core.Auditing;

namespace MfaGateway.Commands;

/// <summary><c>audit tail</c></summary>
internal static class TailAudit
{
    public static Task<int> RunAsync(Launch launch, AuditSelection selection, int count, bool json, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(launch, mayCreate: false, store => RunAsync(store, selection, count, json, cancellationToken), cancellationToken);

    private static async Task<int> RunAsync(
        CommandStore store, AuditSelection selection, int count, bool json, CancellationToken cancellationToken)
    {
        var log = new AuditLog(store.Stores.Audit, store.Stores.Accounts);
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var typed in new[] { selection.User, selection.By }.OfType<string>())
        {
            if (await log.FindIdAsync(typed, cancellationToken) is not { } id)
                return await CommandStore.FailAsync($"There is no account {typed}. \"users list\" shows those there are.");
            ids[typed] = id;
        }

        var filter = selection.Filter with
        {
            AccountId = selection.User is { } user ? ids[user] : null,
            Actor = selection.By is { } by ? ids[by] : null,
            From = selection.Since is { } since ? SinceText.Read(since, store.Time.GetUtcNow()) : null,
        };
        var newest = await store.Stores.Audit.ListAsync(filter, before: null, count, cancellationToken);
        var entries = newest.Reverse().ToList();
        if (json)
        {
            await Output.WriteJsonAsync(entries.Select(ListedEntry.Of));
            return ExitCodes.Done;
        }

        var names = await log.NamesAsync(entries, cancellationToken);
        Output.WriteTable(
            ["", "TIME", "EVENT", "ACCOUNT", "BY", "FROM", "RESULT", "DETAIL"],
            entries.Select(entry => Row(entry, names)));
        return ExitCodes.Done;
    }

    private static string[] Row(RecordedAuditEntry recorded, AuditNames names)
    {
        var entry = recorded.Entry;
        return
        [
            recorded.Sequence.ToString(CultureInfo.InvariantCulture), Output.Time(entry.At), entry.Event,
            names.NameOf(entry.AccountId), names.NameOf(entry.Actor), entry.ClientAddress ?? string.Empty,
            entry.Succeeded ? "done" : "refused", entry.Detail ?? string.Empty,
        ];
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
