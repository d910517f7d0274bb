using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;

namespace MfaGateway.Commands;

/// <summary><c>audit tail</c></summary>
internal static class TailAudit
{
    public static Task<int> RunAsync(Launch launch, AuditSelection selection, int count, bool json, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(launch, mayCreate: false, store => RunAsync(store, selection, count, json, cancellationToken), cancellationToken);

    private static async Task<int> RunAsync(
        CommandStore store, AuditSelection selection, int count, bool json, CancellationToken cancellationToken)
    {
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var typed in new[] { selection.User, selection.By }.OfType<string>())
        {
            if (await FindIdAsync(store, typed, cancellationToken) is not { } id)
                return await CommandStore.FailAsync($"There is no account {typed}. \"users list\" shows those there are.");
            ids[typed] = id;
        }

        var filter = selection.Filter with
        {
            AccountId = selection.User is { } user ? ids[user] : null,
            Actor = selection.By is { } by ? ids[by] : null,
            From = selection.Since is { } since ? SinceText.Read(since, store.Time.GetUtcNow()) : null,
        };
        var newest = await store.Sql.Audit.ListAsync(filter, before: null, count, cancellationToken);
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

    // What is no user name may be the id of an account that is gone, or an actor that is no person.
    private static async Task<string?> FindIdAsync(CommandStore store, string typed, CancellationToken cancellationToken)
    {
        if (await store.Accounts.FindAsync(typed, cancellationToken) is { } account)
            return account.Id;
        var isId = typed.Length == Identifiers.Length && typed.All(char.IsAsciiHexDigitLower);
        return isId || typed == Actor.Command.Name || typed == Actor.Gateway.Name ? typed : null;
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
