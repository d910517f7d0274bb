using MfaGateway.Core.Factors.Passwords;
using Xunit;

namespace MfaGateway.Core.Tests.Factors.Passwords;

/// <summary>An entry that the look-up can never meet would be a hole that nobody sees.</summary>
public sealed class CommonPasswordsTests
{
    [Fact]
    public void Every_entry_of_the_list_is_refused_as_such_itself_or_repeated_to_the_minimal_length()
    {
        var entries = Entries();
        Assert.True(entries.Count > 500, $"Only {entries.Count} entries.");
        Assert.All(entries, entry =>
        {
            var refused = Assert.IsType<NewPasswordVerdict.Refused>(PasswordRules.Check(Padded(entry), []));
            Assert.Contains("first passwords", refused.Advice, StringComparison.Ordinal);
        });
    }

    private static string Padded(string entry)
    {
        while (entry.Length < PasswordRules.MinCharacters)
            entry += entry;
        return entry.ToUpperInvariant();
    }

    private static List<string> Entries()
    {
        using var stream = typeof(PasswordRules).Assembly.GetManifestResourceStream(
            "MfaGateway.Core.Factors.Passwords.common-passwords.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Where(line => !line.StartsWith('#'))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }
}
