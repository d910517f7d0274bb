using System.Net.Sockets;
using MfaGateway.Configuration;
using MfaGateway.Core.Storage;
using MfaGateway.Storage;

namespace MfaGateway.Commands.Remote;

/// <summary>Has a command carried out by the gateway that serves from the data directory, if there is one.</summary>
internal static class CommandClient
{
    /// <returns>The command's exit code; null where there is no such gateway, so that the command is to be carried out here.</returns>
    public static async Task<int?> TryRunAsync(Launch launch, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        // What is wrong with the configuration is said where the command is carried out.
        if (launch.ReadSources().Configuration is not { } configuration || GatewayConfigurationReader.Read(configuration).Options is not { } options)
            return null;

        try
        {
            if (await CommandSocket.TryConnectAsync(new DataDirectory(options.DataDirectory).CommandSocket, cancellationToken) is not { } socket)
                return null;
            using var channel = new CommandChannel(socket);
            var console = CommandConsole.Current;
            channel.Write(new CommandMessage.Invocation(arguments, launch.Settings, Directory.GetCurrentDirectory(), console.CanAsk, console.Width));
            return await ConverseAsync(channel, console, cancellationToken);
        }
        catch (Exception fault) when (fault is StoreRefusedException or UnauthorizedAccessException or InvalidDataException)
        {
            return await CommandStore.FailAsync(fault.Message);
        }
        catch (IOException)
        {
            return await LostAsync();
        }
    }

    private static async Task<int> ConverseAsync(CommandChannel channel, CommandConsole console, CancellationToken cancellationToken)
    {
        while (await channel.ReadAsync(cancellationToken) is { } message)
        {
            switch (message)
            {
                case CommandMessage.Written written:
                    var writer = written.IsError ? console.Error : console.Out;
                    await writer.WriteAsync(written.Text);
                    await writer.FlushAsync(cancellationToken);
                    break;
                case CommandMessage.Question question:
                    channel.Write(await AnswerAsync(console, question, cancellationToken));
                    break;
                case CommandMessage.Ended ended:
                    return ended.ExitCode;
            }
        }

        return await LostAsync();
    }

    private static async Task<CommandMessage.Answer> AnswerAsync(CommandConsole console, CommandMessage.Question question, CancellationToken cancellationToken) =>
        question.About switch
        {
            QuestionKind.Input => new(Text: null, await console.ReadInputAsync(question.Most, cancellationToken), IsYes: false),
            QuestionKind.Secret => new(await console.AskSecretAsync(question.Text, cancellationToken), Bytes: null, IsYes: false),
            _ => new(Text: null, Bytes: null, await console.ConfirmAsync(question.Text, cancellationToken)),
        };

    private static Task<int> LostAsync() => CommandStore.FailAsync(
        "The gateway stopped, or refused, before it had said what became of the command. Look whether it was carried out, and try again.");
}
