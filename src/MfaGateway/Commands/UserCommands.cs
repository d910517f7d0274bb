using System.CommandLine;

namespace MfaGateway.Commands;

/// <summary>The words of <c>users</c>; what they do stands in a class each.</summary>
internal static class UserCommands
{
    public static Command Make(Launch launch) => new("users", "The people who may sign in.")
    {
        Add(launch), InviteUser.Make(launch), ListUsers.Make(launch), Show(launch), EditUser.Make(launch), RenameUser.Make(launch), SetPassword(launch),
        ResetSecondFactor.Make(launch), Disable(launch), Enable(launch), Unlock(launch), SwitchMagicCodes.Make(launch),
        DeleteUser.Make(launch),
    };

    private static Option<bool> PasswordStdin =>
        new("--password-stdin") { Description = "Read the password from the standard input, in place of asking for it." };

    private static Command Add(Launch launch)
    {
        var (name, passwordStdin) = (UserArguments.UserName(), PasswordStdin);
        var email = new Option<string>("--email") { Description = "The person's e-mail address.", Required = true };
        var (displayName, groups, json) = (UserArguments.DisplayName(), UserArguments.Groups(), UserArguments.Json());
        var command = new Command("add", "Add an account. In an empty data directory this makes the store, too.") { name, email, displayName, groups, passwordStdin, json };
        command.SetAction((parsed, cancellationToken) => AddUser.RunAsync(
            launch,
            new AddUserArguments(
                parsed.GetRequiredValue(name), parsed.GetRequiredValue(email), parsed.GetValue(displayName),
                UserArguments.Split(parsed.GetValue(groups)) ?? [], parsed.GetValue(passwordStdin), parsed.GetValue(json)),
            cancellationToken));
        return command;
    }

    private static Command Show(Launch launch)
    {
        var (name, json) = (UserArguments.UserName(), UserArguments.Json());
        var command = new Command("show", "Show one account: its state, authenticators and sessions.") { name, json };
        command.SetAction((parsed, cancellationToken) =>
            ShowUser.RunAsync(launch, parsed.GetRequiredValue(name), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static Command SetPassword(Launch launch)
    {
        var (name, passwordStdin, json) = (UserArguments.UserName(), PasswordStdin, UserArguments.Json());
        var command = new Command("set-password", "Set a new password. The person's sessions end.") { name, passwordStdin, json };
        command.SetAction((parsed, cancellationToken) => SetUserPassword.RunAsync(
            launch, parsed.GetRequiredValue(name), parsed.GetValue(passwordStdin), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static Command Disable(Launch launch)
    {
        var (name, json) = (UserArguments.UserName(), UserArguments.Json());
        var command = new Command("disable", "Keep a person out. The sessions end.") { name, json };
        command.SetAction((parsed, cancellationToken) =>
            DisableUser.RunAsync(launch, parsed.GetRequiredValue(name), disabled: true, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static Command Enable(Launch launch)
    {
        var (name, json) = (UserArguments.UserName(), UserArguments.Json());
        var command = new Command("enable", "Let a disabled person in again.") { name, json };
        command.SetAction((parsed, cancellationToken) =>
            DisableUser.RunAsync(launch, parsed.GetRequiredValue(name), disabled: false, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static Command Unlock(Launch launch)
    {
        var (name, json) = (UserArguments.UserName(), UserArguments.Json());
        var command = new Command("unlock", "Forget a person's wrong passwords and codes, so that they may try again. The limit of a network address stays.") { name, json };
        command.SetAction((parsed, cancellationToken) =>
            UnlockUser.RunAsync(launch, parsed.GetRequiredValue(name), parsed.GetValue(json), cancellationToken));
        return command;
    }
}
