using MfaGateway.Configuration;
using MfaGateway.Core.Factors.Passwords;

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
        if (!CommandConsole.Current.CanAsk)
            return new PasswordInputResult.None("There is no terminal to ask for the password: pipe it in with --password-stdin.", ExitCodes.WrongUsage);
        return await AskAsync(cancellationToken);
    }

    private static async Task<PasswordInputResult> ReadStandardInputAsync(CancellationToken cancellationToken)
    {
        var bytes = await CommandConsole.Current.ReadInputAsync(MaxBytes, cancellationToken);
        if (bytes.Length == MaxBytes)
        {
            return new PasswordInputResult.None(
                FormattableString.Invariant($"The password on the standard input must be at most {PasswordText.MaxBytes:N0} bytes."), ExitCodes.Failed);
        }

        string text;
        try
        {
            text = Utf8Text.Decode(bytes);
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
        var first = await CommandConsole.Current.AskSecretAsync("Password:", cancellationToken);
        var second = await CommandConsole.Current.AskSecretAsync("The same again:", cancellationToken);
        return first == second
            ? new PasswordInputResult.Given(first)
            : new PasswordInputResult.None("The two passwords differ; nothing was changed.", ExitCodes.Failed);
    }
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
