using MfaGateway.Configuration;
using MfaGateway.Core.Factors.Passwords;
using Spectre.Console;

namespace MfaGateway.Commands;

/// <summary>Where a command takes a password from. Never from an argument: everybody on the machine can read those.</summary>
internal static class PasswordInput
{
    // Above what the rules take, so that too long a password gets the rules' sentence.
    private const int MaxBytes = 16 * 1024;

    public static async Task<PasswordInputResult> ReadAsync(bool fromStandardInput, CancellationToken cancellationToken)
    {
        if (fromStandardInput)
            return await ReadStandardInputAsync(cancellationToken);
        if (Console.IsInputRedirected)
            return new PasswordInputResult.None("There is no terminal to ask for the password: pipe it in with --password-stdin.", ExitCodes.WrongUsage);
        return await AskAsync(cancellationToken);
    }

    private static async Task<PasswordInputResult> ReadStandardInputAsync(CancellationToken cancellationToken)
    {
        // The bytes, not Console.In: its decoder keeps a byte order mark and replaces what it can't read, and the result is another password.
        var bytes = new byte[MaxBytes];
        await using var input = Console.OpenStandardInput();
        var length = await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        if (length == MaxBytes)
        {
            return new PasswordInputResult.None(
                FormattableString.Invariant($"The password on the standard input must be at most {PasswordText.MaxBytes:N0} bytes."), ExitCodes.Failed);
        }

        string text;
        try
        {
            text = Utf8Text.Decode(bytes.AsSpan(0, length));
        }
        catch (FormatException fault)
        {
            return new PasswordInputResult.None(
                $"The password on the standard input must be UTF-8, but {fault.Message}; nothing was changed. Save or pipe it as UTF-8.", ExitCodes.Failed);
        }

        var password = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        return password.AsSpan().ContainsAny('\r', '\n')
            ? new PasswordInputResult.None("The password on the standard input must be one line.", ExitCodes.Failed)
            : new PasswordInputResult.Given(password);
    }

    private static async Task<PasswordInputResult> AskAsync(CancellationToken cancellationToken)
    {
        // The first look at the keyboard takes the terminal's echo away: before the question, for those who type ahead of it.
        _ = Console.KeyAvailable;
        // Questions go to the standard error, so that a redirected output holds the answer of the command alone.
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        var first = await AskAsync(console, "Password:", cancellationToken);
        var second = await AskAsync(console, "The same again:", cancellationToken);
        return first == second
            ? new PasswordInputResult.Given(first)
            : new PasswordInputResult.None("The two passwords differ; nothing was changed.", ExitCodes.Failed);
    }

    private static Task<string> AskAsync(IAnsiConsole console, string question, CancellationToken cancellationToken) =>
        new TextPrompt<string>(question).Secret(mask: null).AllowEmpty().ShowAsync(console, cancellationToken);
}

internal abstract record PasswordInputResult
{
    private PasswordInputResult()
    {
    }

    public sealed record Given(string Password) : PasswordInputResult
    {
        /// <summary>The password stays out of logs.</summary>
        public override string ToString() => nameof(Given);
    }

    /// <param name="Sentence">What to do.</param>
    public sealed record None(string Sentence, int ExitCode) : PasswordInputResult;
}
