namespace MfaGateway.Core.Factors.Passwords;

/// <summary>"ada.lovelace@example.org" also stands for "ada", "lovelace", "example" and all of it run together.</summary>
internal static class PersonalWords
{
    // Shorter pieces ("de", "io") would forbid parts of honest words.
    private const int MinLength = 3;

    public static IReadOnlySet<string> TakeApart(IReadOnlyList<string> texts)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in texts.Where(PasswordText.IsText).Select(PasswordKernel.Fold))
        {
            Add(words, text);
            Add(words, PasswordKernel.LettersAndDigits(text));
            foreach (var piece in Pieces(text))
                Add(words, piece);
        }

        return words;
    }

    private static string[] Pieces(string text) =>
        string.Concat(text.Select(c => char.IsLetterOrDigit(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static void Add(HashSet<string> words, string word)
    {
        if (word.Length >= MinLength)
            words.Add(word);
    }
}
