using System.CommandLine;
using System.Globalization;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>sessions revoke</c></summary>
internal static class SessionCommands
{
    public static Command Make(Launch launch)
    {
        var (name, json) = (UserArguments.UserName(), UserArguments.Json());
        var id = new Option<string?>("--id") { Description = "End this session alone; \"users show NAME --json\" lists the ids." };
        var revoke = new Command("revoke", "Sign a person out everywhere, or out of one session.") { name, id, json };
        revoke.SetAction((parsed, cancellationToken) => CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.WithAccountAsync(
                parsed.GetRequiredValue(name),
                account => parsed.GetValue(id) is { } one
                    ? RevokeAsync(store, account, one, parsed.GetValue(json), cancellationToken)
                    : RevokeAllAsync(store, account, parsed.GetValue(json), cancellationToken),
                cancellationToken),
            cancellationToken));
        return new Command("sessions", "Who is signed in.") { revoke };
    }

    private static async Task<int> RevokeAsync(CommandStore store, Account account, string id, bool json, CancellationToken cancellationToken) =>
        await store.Sessions.EndAsync(account, id, Actor.Command, cancellationToken)
            ? await PrintAsync(account, ended: 1, json)
            : await CommandStore.FailAsync($"{account.UserName} has no session {id}. \"users show {account.UserName} --json\" lists those there are.");

    private static async Task<int> RevokeAllAsync(CommandStore store, Account account, bool json, CancellationToken cancellationToken) =>
        await PrintAsync(account, await store.Sessions.EndAllAsync(account, Actor.Command, cancellationToken), json);

    private static async Task<int> PrintAsync(Account account, int ended, bool json)
    {
        if (json)
            await Output.WriteJsonAsync(new RevokedSessions(account.Id, account.UserName, ended));
        else
            await CommandConsole.Current.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{ended} {(ended == 1 ? "session" : "sessions")} of {account.UserName} ended."));
        return ExitCodes.Done;
    }
}

/// <summary>What came of it as scripts get it; the names of the JSON are part of the contract with them.</summary>
internal sealed record RevokedSessions(string AccountId, string UserName, int Ended);
