using System.CommandLine;
using MfaGateway.Configuration;

namespace MfaGateway.Commands;

/// <summary>The words of <c>store</c>.</summary>
internal static class StoreCommands
{
    public static Command Make(Launch launch) =>
        new("store", "Back up, restore, check and move what is kept.") { Backup(launch), Restore(launch), Copy(launch), Verify(launch) };

    private static Command Backup(Launch launch)
    {
        var (file, key, json) = (FileArgument("Where to: a file that is not there yet."), KeyOption(), UserArguments.Json());
        var backup = new Command(
            "backup", "Write all that must not be lost, the key ring included, into one encrypted file. The gateway may go on running.")
        { file, key, json };
        backup.SetAction((parsed, cancellationToken) => BackupStore.RunAsync(
            launch, parsed.GetRequiredValue(file), parsed.GetRequiredValue(key), parsed.GetValue(json), cancellationToken));
        return backup;
    }

    private static Command Restore(Launch launch)
    {
        var (file, key, json) = (FileArgument("The backup."), KeyOption(), UserArguments.Json());
        var restore = new Command(
            "restore",
            "Make a store of a backup, in a data directory that has none. Everybody signs in again; recovery codes of before are not good, and "
            + "each app's current code is spent.")
        { file, key, json };
        restore.SetAction((parsed, cancellationToken) => RestoreStore.RunAsync(
            launch, parsed.GetRequiredValue(file), parsed.GetRequiredValue(key), parsed.GetValue(json), cancellationToken));
        return restore;
    }

    private static Command Copy(Launch launch)
    {
        var from = new Option<StoreProvider>("--from") { Description = "The engine that the data directory belongs to until now.", Required = true };
        var connection = new Option<string?>("--from-connection") { Description = "Of a PostgreSQL store: its connection string." };
        var json = UserArguments.Json();
        var copy = new Command(
            "copy", "Move everything from another engine into the one that MfaGateway:Store:Provider names. Stop every gateway first.")
        { from, connection, json };
        copy.SetAction((parsed, cancellationToken) => CopyStore.RunAsync(
            launch, parsed.GetRequiredValue(from), parsed.GetValue(connection), parsed.GetValue(json), cancellationToken));
        return copy;
    }

    private static Command Verify(Launch launch)
    {
        var json = UserArguments.Json();
        var verify = new Command("verify", "Read all that is kept, and check it and the audit chain.") { json };
        verify.SetAction((parsed, cancellationToken) => CommandStore.UseAsync(
            launch, mayCreate: false, store => VerifyStore.RunAsync(store, parsed.GetValue(json), cancellationToken), cancellationToken));
        return verify;
    }

    private static Argument<string> FileArgument(string description) => new("FILE") { Description = description };

    private static Option<string> KeyOption() => new("--key-file")
    {
        Description = "The file with the key of the backup. \"backup\" makes one that is not there. Keep it elsewhere than the backups: with both, "
            + "anybody has every secret.",
        Required = true,
    };
}
