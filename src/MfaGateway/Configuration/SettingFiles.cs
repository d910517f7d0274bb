namespace MfaGateway.Configuration;

/// <summary>
/// Looks at files with settings before the framework reads them: its readers turn what is not UTF-8 into other characters, and a secret
/// that was changed that way is refused wherever it is used.
/// </summary>
internal static class SettingFiles
{
    /// <returns>What is wrong with the file, on one line; null when nothing is, or when it can't be read, which the reader reports.</returns>
    public static string? FaultOf(string path)
    {
        if (!File.Exists(path))
            return null;

        try
        {
            Utf8Text.ReadFile(path);
            return null;
        }
        catch (FormatException fault)
        {
            return $"{path} must be UTF-8, but {fault.Message}.";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The same for each file of a secrets directory.</summary>
    /// <remarks>
    /// The reader drops one line feed at the end; a carriage return before it would be part of the secret, so a Windows line end is a fault.
    /// </remarks>
    public static IEnumerable<string> FaultsOfSecrets(string directory)
    {
        foreach (var path in FilesIn(directory).Order(StringComparer.Ordinal))
        {
            if (FaultOf(path) is { } fault)
                yield return fault;
            else if (EndsInCarriageReturn(path))
                yield return $"{path} must be one value, but ends in a Windows line end (CR LF). Write it with LF, or without a line end.";
        }
    }

    private static string[] FilesIn(string directory)
    {
        try
        {
            return Directory.GetFiles(directory);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return []; // the reader reports it
        }
    }

    private static bool EndsInCarriageReturn(string path)
    {
        try
        {
            return File.ReadAllBytes(path).AsSpan().TrimEnd((byte)'\n').EndsWith("\r"u8);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return false; // the reader reports it
        }
    }
}
