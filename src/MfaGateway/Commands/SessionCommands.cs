using System.CommandLine;
using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;

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
        var ended = await store.Sql.Sessions.EndAllAsync(account.Id, exceptId: null, cancellationToken);
        var detail = string.Create(CultureInfo.InvariantCulture, $"all: {ended}");
        await store.Sql.Audit.AppendAsync(
            new(store.Time.GetUtcNow(), AuditEvents.SessionEnded, account.Id, Actor.Command.Name, ClientAddress: null, Succeeded: true, detail),
            cancellationToken);
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{ended} {(ended == 1 ? "session" : "sessions")} of {account.UserName} ended."));
        return ExitCodes.Done;
    }
}
