namespace MfaGateway.Core.IdentityHeaders;

/// <summary>How header names are compared when the question is what an upstream app may take them for.</summary>
public static class HeaderName
{
    private const string TokenCharacters = "!#$%&'*+-.^_`|~";

    /// <summary>
    /// Lower case, letters and digits alone. CGI, WSGI and their like turn <c>-</c> into <c>_</c>, and old hosts every
    /// other character as well, so that <c>Remote_User</c>, <c>remote.user</c> and <c>Remote~User</c> arrive as one variable.
    /// </summary>
    public static string Fold(string name)
    {
        Span<char> folded = name.Length <= 128 ? stackalloc char[name.Length] : new char[name.Length];
        return folded[..Fold(name, folded)].ToString();
    }

    /// <summary>A field name by RFC 9110 5.1.</summary>
    public static bool IsToken(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || TokenCharacters.Contains(c, StringComparison.Ordinal));

    internal static int Fold(ReadOnlySpan<char> name, Span<char> folded)
    {
        var length = 0;
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
                folded[length++] = char.ToLowerInvariant(c);
        }

        return length;
    }
}
