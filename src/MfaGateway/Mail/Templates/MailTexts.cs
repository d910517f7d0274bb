namespace MfaGateway.Mail.Templates;

/// <summary>Everything that mails are made of: layouts and languages.</summary>
/// <param name="Default">For readers of whom no other language is known.</param>
internal sealed record MailTexts(Template Html, Template Plain, IReadOnlyDictionary<string, MailLanguage> Languages, MailLanguage Default)
{
    /// <summary>RFC 4647 3.4, and a kindred one (<c>pt-BR</c> for <c>pt</c>) before one of another language.</summary>
    /// <param name="wanted">BCP 47 tags divided by commas, the best first; null for the site's own language.</param>
    public MailLanguage For(string? wanted) => Find(wanted).FirstOrDefault() ?? Default;

    /// <summary>What there is of the languages that somebody wants: nothing else of a request is kept.</summary>
    /// <param name="wanted">As for <see cref="For"/>.</param>
    /// <returns>Tags of languages that there are, divided by commas; null where there is none.</returns>
    public string? Among(string? wanted) =>
        string.Join(',', Find(wanted).Select(language => language.Tag).Distinct(StringComparer.Ordinal)) is { Length: > 0 } tags ? tags : null;

    private IEnumerable<MailLanguage> Find(string? wanted) =>
        (wanted ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(FindOne).OfType<MailLanguage>();

    private MailLanguage? FindOne(string tag)
    {
        for (var range = tag; range.Length > 0; range = range[..Math.Max(0, range.LastIndexOf('-'))])
        {
            if (Languages.TryGetValue(range, out var exact))
                return exact;
        }

        var kin = $"{tag}-";
        return Languages.Values.Where(language => language.Tag.StartsWith(kin, StringComparison.OrdinalIgnoreCase)).MinBy(language => language.Tag, StringComparer.Ordinal);
    }
}
