using Spectre.Console;

namespace MfaGateway.Commands;

/// <summary>
/// Where a command writes, asks and reads: one for all that runs on behalf of one invocation, so that a command does not depend on the process that
/// carries it out.
/// </summary>
internal abstract class CommandConsole
{
    private static readonly AsyncLocal<CommandConsole?> OfInvocation = new();

    /// <summary>That of the command that runs here; by default the program's own terminal.</summary>
    public static CommandConsole Current => OfInvocation.Value ?? TerminalConsole.Instance;

    /// <summary>The answer of the command.</summary>
    public abstract TextWriter Out { get; }

    /// <summary>What went wrong, questions and progress, so that a redirected output holds the answer alone.</summary>
    public abstract TextWriter Error { get; }

    /// <summary>Whether there is a person to ask.</summary>
    public abstract bool CanAsk { get; }

    /// <summary>In columns; null where the answer goes to a file or a pipe.</summary>
    public abstract int? Width { get; }

    /// <summary>The path that one of the command line means.</summary>
    public abstract string FullPath(string path);

    /// <summary>Everything from here on in this flow of control belongs to an invocation with this console.</summary>
    public static void Use(CommandConsole console) => OfInvocation.Value = console;

    /// <summary>Reads the standard input to its end.</summary>
    /// <param name="max">In bytes; of a longer one the first bytes.</param>
    public abstract Task<byte[]> ReadInputAsync(int max, CancellationToken cancellationToken);

    /// <summary>Asks for what must not show.</summary>
    public abstract Task<string> AskSecretAsync(string question, CancellationToken cancellationToken);

    /// <summary>Asks for yes or no; no is what is meant by Enter alone.</summary>
    public abstract Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken);
}

/// <summary>The terminal, files and pipes of this process.</summary>
internal sealed class TerminalConsole : CommandConsole
{
    public static TerminalConsole Instance { get; } = new();

    public override TextWriter Out => Console.Out;

    public override TextWriter Error => Console.Error;

    public override bool CanAsk => !Console.IsInputRedirected;

    public override int? Width => Console.IsOutputRedirected ? null : AnsiConsole.Profile.Width;

    public override string FullPath(string path) => path;

    public override async Task<byte[]> ReadInputAsync(int max, CancellationToken cancellationToken)
    {
        // The bytes, not Console.In: its decoder keeps a byte order mark and replaces what it can't read, and the result is another password.
        var bytes = new byte[max];
        await using var input = Console.OpenStandardInput();
        var length = await input.ReadAtLeastAsync(bytes, max, throwOnEndOfStream: false, cancellationToken);
        return bytes[..length];
    }

    public override Task<string> AskSecretAsync(string question, CancellationToken cancellationToken)
    {
        // The first look at the keyboard takes the terminal's echo away: before the question, for those who type ahead of it.
        _ = Console.KeyAvailable;
        return new TextPrompt<string>(question).Secret(mask: null).AllowEmpty().ShowAsync(Questions(), cancellationToken);
    }

    public override Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken) =>
        new ConfirmationPrompt(Markup.Escape(question)) { DefaultValue = false }.ShowAsync(Questions(), cancellationToken);

    private static IAnsiConsole Questions() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
}
