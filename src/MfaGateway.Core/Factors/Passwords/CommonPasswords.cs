using System.Collections.Frozen;

namespace MfaGateway.Core.Factors.Passwords;

/// <summary>
/// The list that is built in, beside the dictionaries that the strength estimator brings. It holds what twelve
/// characters invite: keyboard walks, doubled words, well-known phrases, and in several languages the short classics
/// that people pad with digits.
/// </summary>
internal static class CommonPasswords
{
    internal const string ResourceName = "MfaGateway.Core.Factors.Passwords.common-passwords.txt";

    private static readonly Lazy<FrozenSet<string>> Entries = new(Read);

    /// <param name="reading">One of <see cref="PasswordKernel.Of"/>.</param>
    public static bool Contains(string reading) => Entries.Value.Contains(reading);

    private static FrozenSet<string> Read()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The resource {ResourceName} is missing from the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd()
            .Split('\n')
            .Where(line => !line.StartsWith('#'))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToFrozenSet(StringComparer.Ordinal);
    }
}
