using System.CommandLine;
using System.Globalization;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>sessions revoke</c></summary>
internal static class SessionCommands
{
    public static Command Make(Launch launch)
    {
        var name = new Argument<string>("NAME") { Description = "The user name." };
        var revoke = new Command("revoke", "Sign a person out everywhere.") { name };
        revoke.SetAction((parsed, cancellationToken) => CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.WithAccountAsync(
                parsed.GetRequiredValue(name), account => RevokeAsync(store, account, cancellationToken), cancellationToken),
            cancellationToken));
        return new Command("sessions", "Who is signed in.") { revoke };
    }

    private static async Task<int> RevokeAsync(CommandStore store, Account account, CancellationToken cancellationToken)
    {
        var ended = await store.Sessions.EndAllAsync(account, Actor.Command, cancellationToken);
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{ended} {(ended == 1 ? "session" : "sessions")} of {account.UserName} ended."));
        return ExitCodes.Done;
    }
}
