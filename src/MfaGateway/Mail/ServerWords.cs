namespace MfaGateway.Mail;

/// <summary>What a mail server or program answered, as it may be logged and shown.</summary>
internal static class ServerWords
{
    private const int MaxLength = 500;

    /// <summary>On one line, at most 500 characters, and without the recipient.</summary>
    public static string Tidy(string words, string recipient)
    {
        var line = string.Concat(words.Trim().Select(c => char.IsControl(c) ? ' ' : c))
            .Replace(recipient, "<recipient>", StringComparison.OrdinalIgnoreCase);
        return line.Length <= MaxLength ? line : line[..MaxLength];
    }
}
