using System.Globalization;
using MfaGateway.Configuration;
using MfaGateway.Core.Mail;

namespace MfaGateway.Mail.Templates;

/// <summary>Makes a language of its file, and notes everything that is wrong with it.</summary>
internal sealed class LanguageReader(string path, LanguageFile file, List<string> faults)
{
    private readonly Dictionary<string, Template> _phrases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    public MailLanguage Read(string tag)
    {
        foreach (var name in MailNames.OfPhrases.Concat(file.Phrases.Keys).Distinct(StringComparer.Ordinal))
            Attempt($"phrases:{name}", () => Phrase(name));
        foreach (var name in file.Mails.Keys.Where(name => !Enum.GetNames<NoticeKind>().Contains(name)))
            faults.Add($"{path}: mails:{name} is no mail; the nearest is {NearestKey.Of(name, Enum.GetNames<NoticeKind>())}.");
        var mails = Enum.GetValues<NoticeKind>().ToDictionary(kind => kind, ReadMail);
        if (!IsTimeFormat(file.Time))
            faults.Add($"{path}: time must be a format such as \"d MMMM yyyy, HH:mm:ss 'UTC'\", but was {Shown(file.Time)}.");
        return new MailLanguage(tag, file.Time ?? "u", _phrases, mails);
    }

    private Wording ReadMail(NoticeKind kind)
    {
        var wording = file.Mails.GetValueOrDefault(kind.ToString()) ?? new WordingFile();
        var advice = wording.Advice ?? [];
        if (wording.Advice is null)
            faults.Add($"{path}: mails:{kind}:advice must be a list of paragraphs, but was not set.");
        return new Wording(
            Text($"mails:{kind}:subject", wording.Subject),
            Text($"mails:{kind}:what", wording.What),
            MailNames.HasLink(kind) ? Text($"mails:{kind}:link", wording.Link) : null,
            [.. advice.Select((paragraph, number) => Text(string.Create(CultureInfo.InvariantCulture, $"mails:{kind}:advice:{number}"), paragraph))]);
    }

    private Template Text(string key, string? text)
    {
        var template = Template.Parse(string.Empty, Phrase);
        Attempt(key, () => template = Parse(text));
        return template;
    }

    /// <exception cref="FormatException">It can't be read, there is none, or it includes itself.</exception>
    private Template Phrase(string name)
    {
        if (_phrases.TryGetValue(name, out var known))
            return known;
        if (!_open.Add(name))
            throw new FormatException($"{{{{> {name}}}}} includes itself");

        var phrase = Parse(file.Phrases.GetValueOrDefault(name) ?? throw new FormatException($"there is no phrase {name}"));
        _open.Remove(name);
        return _phrases[name] = phrase;
    }

    private Template Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new FormatException("it was not set");
        var template = Template.Parse(text, Phrase);
        return template.Names.FirstOrDefault(name => !MailNames.OfWordings.Contains(name)) is { } unknown
            ? throw new FormatException($"{{{{{unknown}}}}} is nothing that it can be filled with; the nearest is {{{{{NearestKey.Of(unknown, MailNames.OfWordings)}}}}}")
            : template;
    }

    private void Attempt(string key, Action read)
    {
        try
        {
            read();
        }
        catch (FormatException fault)
        {
            _open.Clear();
            faults.Add($"{path}: {key} must be a text, but {fault.Message}.");
        }
    }

    private static bool IsTimeFormat(string? format)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(format) && DateTimeOffset.UnixEpoch.ToString(format, CultureInfo.InvariantCulture).Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string Shown(string? value) => value is null ? "not set" : ShownValue.Of(value);
}
