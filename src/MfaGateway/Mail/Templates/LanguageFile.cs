using System.Text.Json;
using System.Text.Json.Serialization;
using MfaGateway.Configuration;

namespace MfaGateway.Mail.Templates;

/// <summary>A file of <c>config/mail</c> that holds one language, as it is written. What is missing is null.</summary>
internal sealed class LanguageFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
        RespectNullableAnnotations = true,
    };

    /// <summary>How the language calls itself; for whoever edits the file.</summary>
    public string? Language { get; init; }

    /// <summary>How a time is written: a .NET format for a time in UTC.</summary>
    public string? Time { get; init; }

    /// <summary>What several mails say, by names that <c>{{> name}}</c> refers to.</summary>
    public Dictionary<string, string?> Phrases { get; init; } = [];

    /// <summary>What each mail says, by its kind.</summary>
    public Dictionary<string, WordingFile> Mails { get; init; } = [];

    /// <exception cref="FormatException">Not UTF-8.</exception>
    /// <exception cref="JsonException">Not JSON, or not of this form.</exception>
    public static LanguageFile Read(string path)
    {
        var file = JsonSerializer.Deserialize<LanguageFile>(Utf8Text.ReadFile(path), Format) ?? throw new JsonException("it holds nothing.");
        return file.Mails.FirstOrDefault(mail => mail.Value is null).Key is { } empty ? throw new JsonException($"mails:{empty} holds nothing.") : file;
    }

    /// <summary>This one, with what another one changes.</summary>
    public LanguageFile With(LanguageFile changes) => new()
    {
        Language = changes.Language ?? Language,
        Time = changes.Time ?? Time,
        Phrases = Merge(Phrases, changes.Phrases, (_, changed) => changed),
        Mails = Merge(Mails, changes.Mails, (wording, changed) => wording.With(changed)),
    };

    private static Dictionary<string, T> Merge<T>(Dictionary<string, T> own, Dictionary<string, T> changes, Func<T, T, T> change)
    {
        var merged = new Dictionary<string, T>(own);
        foreach (var (name, value) in changes)
            merged[name] = merged.TryGetValue(name, out var before) ? change(before, value) : value;
        return merged;
    }
}

/// <summary>What one mail says.</summary>
internal sealed class WordingFile
{
    public string? Subject { get; init; }

    /// <summary>What happened, or what this is for.</summary>
    public string? What { get; init; }

    /// <summary>What stands on the button; mails without a link have none.</summary>
    public string? Link { get; init; }

    /// <summary>What to do, a paragraph each. One that comes out empty is left out.</summary>
    public IReadOnlyList<string>? Advice { get; init; }

    public WordingFile With(WordingFile changes) => new()
    {
        Subject = changes.Subject ?? Subject,
        What = changes.What ?? What,
        Link = changes.Link ?? Link,
        Advice = changes.Advice ?? Advice,
    };
}
