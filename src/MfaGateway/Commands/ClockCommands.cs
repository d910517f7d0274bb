using System.CommandLine;
using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Commands;

/// <summary><c>clock show</c>, <c>clock reset</c>: the latest time that the store knows, and the way out when that was wrong.</summary>
internal static class ClockCommands
{
    public static Command Make(Launch launch)
    {
        var (shownAsJson, resetAsJson) = (UserArguments.Json(), UserArguments.Json());
        var show = new Command("show", "Compare this machine's clock with the latest time that a gateway on this store has seen.") { shownAsJson };
        show.SetAction((parsed, cancellationToken) => CommandStore.UseAsync(
            launch, mayCreate: false, store => ShowAsync(store, parsed.GetValue(shownAsJson), cancellationToken), cancellationToken));

        var reset = new Command(
            "reset",
            "Take this machine's clock as right, after one that ran ahead. First make sure that it is, and that no gateway with a wrong clock still runs.")
        { resetAsJson };
        reset.SetAction((parsed, cancellationToken) => CommandStore.UseAsync(
            launch, mayCreate: false, store => ResetAsync(store, parsed.GetValue(resetAsJson), cancellationToken), cancellationToken));
        return new Command("clock", "Whether the clock can be relied on.") { show, reset };
    }

    private static async Task<int> ShowAsync(CommandStore store, bool json, CancellationToken cancellationToken)
    {
        var shown = Compare(await store.Stores.Clock.FindMarkAsync(cancellationToken), store.Time.GetUtcNow());
        await PrintAsync(shown, json);
        return shown.Behind ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static async Task<int> ResetAsync(CommandStore store, bool json, CancellationToken cancellationToken)
    {
        var now = store.Time.GetUtcNow();
        var before = await store.Stores.Clock.FindMarkAsync(cancellationToken);
        var entry = new AuditEntry(
            now, AuditEvents.ClockReset, AccountId: null, Actor.Command.Name, ClientAddress: null, Succeeded: true,
            before is { } was ? $"from {Text(was)}" : null);
        await store.Stores.Clock.ResetMarkAsync(now, entry, cancellationToken);
        await PrintAsync(Compare(now, now), json);
        return ExitCodes.Done;
    }

    private static ShownClock Compare(DateTimeOffset? mark, DateTimeOffset now) =>
        new(now, mark, mark is { } latest && ClockRules.Behind(latest, now) is not null);

    private static async Task PrintAsync(ShownClock shown, bool json)
    {
        if (json)
        {
            await Output.WriteJsonAsync(shown);
            return;
        }

        await CommandConsole.Current.Out.WriteLineAsync($"This machine's clock: {Text(shown.Now)}. Latest time seen: {(shown.Latest is { } latest ? Text(latest) : "none")}.");
        if (shown.Behind)
        {
            await CommandConsole.Current.Out.WriteLineAsync(
                "The clock is behind: no code and no mailed link is taken. Set it right; where the latest time is the wrong one, run \"clock reset\".");
        }
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The names of the JSON are part of the contract with scripts.</summary>
    private sealed record ShownClock(DateTimeOffset Now, DateTimeOffset? Latest, bool Behind);
}
