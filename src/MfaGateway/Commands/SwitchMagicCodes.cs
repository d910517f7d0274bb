using System.CommandLine;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>users magic-code</c></summary>
internal static class SwitchMagicCodes
{
    private const string On = "on";
    private const string Off = "off";

    public static Command Make(Launch launch)
    {
        var (name, json) = (UserArguments.UserName(), UserArguments.Json());
        var state = new Argument<string>("STATE") { Description = "on leaves it to the person, off keeps it off." };
        state.AcceptOnlyFromAmong(On, Off);
        var command = new Command("magic-code", "Say whether a person may sign in by a code or link that is sent by e-mail.") { name, state, json };
        command.SetAction((parsed, cancellationToken) => CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.WithAccountAsync(
                parsed.GetRequiredValue(name),
                account => RunAsync(store, account, parsed.GetRequiredValue(state) == On, parsed.GetValue(json), cancellationToken),
                cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandStore store, Account account, bool on, bool json, CancellationToken cancellationToken)
    {
        var change = await store.MagicCodes.SwitchAsync(account, on, Actor.Command, cancellationToken);
        var done = on ? $"{account.UserName} may switch signing in by e-mail on and off." : $"{account.UserName} can no longer sign in by e-mail.";
        return await AccountChanges.PrintAsync(store, change, account, done, json, cancellationToken);
    }
}
