using System.Text.Json;
using System.Text.RegularExpressions;
using MfaGateway.Configuration;

namespace MfaGateway.Mail.Templates;

/// <summary>
/// Reads layouts and languages: those that ship with the program, and over them those of the operator's directory. A language file
/// there changes what it names and leaves the rest; one for a new language holds all of it; a layout there is taken whole.
/// </summary>
internal static partial class MailTextsReader
{
    private const string Html = "mail.html";
    private const string Plain = "mail.txt";
    private const string Section = $"{GatewayOptions.SectionName}:Mail";

    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "config", "mail");

    /// <returns>Everything that is wrong, one line each; texts only when nothing is.</returns>
    public static (MailTexts? Texts, IReadOnlyList<string> Faults) Read(MailOptions options)
    {
        var faults = new List<string>();
        string[] directories = options.TemplatesDirectory is { } own ? [Shipped, own] : [Shipped];
        var (html, plain) = (ReadLayout(directories, Html, faults), ReadLayout(directories, Plain, faults));
        var languages = new Dictionary<string, MailLanguage>(StringComparer.OrdinalIgnoreCase);
        foreach (var (tag, file, path) in ReadFiles(directories, faults))
            languages[tag] = new LanguageReader(path, file, faults).Read(tag);
        if (!languages.TryGetValue(options.Language, out var ofSite) && faults.Count == 0)
            faults.Add($"{Section}:Language must be {string.Join(", ", languages.Keys.Order(StringComparer.Ordinal))}, but was {ShownValue.Of(options.Language)}.");
        return faults.Count == 0 ? (new MailTexts(html!, plain!, languages, ofSite!), faults) : (null, faults);
    }

    private static Template? ReadLayout(string[] directories, string name, List<string> faults)
    {
        var path = directories.Select(directory => Path.Combine(directory, name)).LastOrDefault(File.Exists);
        if (path is null)
        {
            faults.Add($"{Path.Combine(Shipped, name)} must be the layout that ships with the program, but is missing.");
            return null;
        }

        try
        {
            var template = Template.Parse(ReadText(path), name => throw new FormatException($"{{{{> {name}}}}} includes what no layout has"));
            foreach (var unknown in template.Names.Except(MailNames.OfLayouts, StringComparer.Ordinal))
                faults.Add($"{path}: {{{{{unknown}}}}} is nothing that it can be filled with; the nearest is {{{{{NearestKey.Of(unknown, MailNames.OfLayouts)}}}}}.");
            foreach (var missing in MailNames.NeededInLayouts.Except(template.Names, StringComparer.Ordinal))
                faults.Add($"{path} must show {{{{{missing}}}}}, but does not.");
            return template;
        }
        catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path} must be a layout, but {fault.Message.TrimEnd('.')}.");
            return null;
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return Utf8Text.ReadFile(path);
        }
        catch (FormatException fault)
        {
            throw new FormatException($"it is not UTF-8: {fault.Message}", fault);
        }
    }

    private static List<(string Tag, LanguageFile File, string Path)> ReadFiles(string[] directories, List<string> faults)
    {
        var files = new Dictionary<string, (string Tag, LanguageFile File, string Path)>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in directories.SelectMany(directory => FilesIn(directory, faults)))
        {
            var tag = Path.GetFileNameWithoutExtension(path);
            if (!LanguageTag().IsMatch(tag))
                faults.Add($"{path} must be named by a language such as pt-BR.json, but was not.");
            else if (ReadFile(path, faults) is { } file)
                files[tag] = files.TryGetValue(tag, out var shipped) ? (shipped.Tag, shipped.File.With(file), path) : (tag, file, path);
        }

        return [.. files.Values];
    }

    private static string[] FilesIn(string directory, List<string> faults)
    {
        try
        {
            return Directory.Exists(directory) ? [.. Directory.GetFiles(directory, "*.json").Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{directory} can't be read: {fault.Message}");
            return [];
        }
    }

    private static LanguageFile? ReadFile(string path, List<string> faults)
    {
        try
        {
            return LanguageFile.Read(path);
        }
        catch (FormatException fault)
        {
            faults.Add($"{path} must be UTF-8, but {fault.Message}.");
            return null;
        }
        catch (JsonException fault)
        {
            faults.Add($"{path} must be JSON with what a language says, but {Reason(fault)}");
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path} can't be read: {fault.Message}");
            return null;
        }
    }

    private static string Reason(JsonException fault) => fault.LineNumber is { } line
        ? FormattableString.Invariant($"line {line + 1}, position {fault.BytePositionInLine + 1} is not: {WithoutPosition().Replace(fault.Message, string.Empty)}")
        : fault.Message;

    // The reader's message ends in its own, zero-based count of the same.
    [GeneratedRegex(@" (?:LineNumber: \d+ \| BytePositionInLine: \d+|Path: .*)\.?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WithoutPosition();

    [GeneratedRegex(@"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LanguageTag();
}
