using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using MfaGateway.Core.Factors.Totp;

namespace MfaGateway.TestKit;

/// <summary>
/// Remembers every secret that passes between browsers and a gateway, so that a test can search for them all. What a form
/// posts counts as a secret unless its name is known to be harmless: a new page is watched without a word.
/// </summary>
public sealed class SecretWatch
{
    // A blank, a tick or a user name stands in logs for other reasons.
    private const int Shortest = 6;

    private static readonly HashSet<string> HarmlessFields = new(StringComparer.OrdinalIgnoreCase)
    {
        "username", "email", "name", "displayName", "returnUrl", "groups", "id", "saved", "rememberBrowser", "reason", "confirm", "handler", "flow", "policy", "request",
    };

    /// <summary>What the JSON API tells that nobody else may know.</summary>
    private static readonly HashSet<string> SecretMembers = new(StringComparer.Ordinal) { "secret", "uri", "qrCode", "codes" };

    private readonly ConcurrentDictionary<WatchedSecret, bool> _secrets = new();

    public IReadOnlyCollection<WatchedSecret> All => [.. _secrets.Keys];

    /// <param name="kind">Where it comes from, for the message of a failed test.</param>
    public void Add(string kind, string value)
    {
        if (value.Length >= Shortest)
            _secrets.TryAdd(new WatchedSecret(kind, value), true);
    }

    internal async Task SeeAsync(HttpRequestMessage request)
    {
        if (request.Headers.TryGetValues("Cookie", out var cookies))
            AddPairs("cookie", string.Join(';', cookies).Split(';', StringSplitOptions.TrimEntries));
        if (request.Headers.Authorization?.Parameter is { } credentials)
            Add("credentials", credentials);
        AddToken(request.RequestUri!.OriginalString);
        if (request.Content is FormUrlEncodedContent form)
            AddPairs("field", (await form.ReadAsStringAsync()).Split('&'));
        if (IsJson(request.Content?.Headers))
            AddMembers(await request.Content!.ReadAsStringAsync(), name => !HarmlessFields.Contains(name));
    }

    internal void See(Visit visit)
    {
        if (visit.Headers.TryGetValues("Set-Cookie", out var lines))
            AddPairs("cookie", lines.Select(line => line.Split(';')[0]));
        if (visit.Location is { } location)
            AddToken(location);
        if (IsJson(visit.ContentHeaders))
            AddMembers(visit.Body, SecretMembers.Contains);
        if (visit.ContentHeaders.ContentType?.MediaType != "text/html")
            return;

        var page = visit.Page;
        foreach (var hidden in page.QuerySelectorAll("input[name='__RequestVerificationToken'], input[name='token']"))
            Add("hidden field", hidden.GetAttribute("value") ?? string.Empty);
        foreach (var code in page.QuerySelectorAll("#recovery-codes li"))
            Add("recovery code", code.TextContent.Trim());
        if (page.GetElementById("totp-secret") is { } secret)
            Add("totp secret", secret.TextContent.Trim());
        if (page.GetElementById("enrollment-code") is { } enrollment)
            Add("enrolment code", enrollment.TextContent.Trim());
        if (page.GetElementById("link") is { } shown)
            AddToken(shown.TextContent.Trim());
        foreach (var link in page.QuerySelectorAll("a[href*='token=']"))
            AddToken(link.GetAttribute("href")!);
    }

    private static bool IsJson(HttpContentHeaders? headers) => headers?.ContentType?.MediaType == "application/json";

    private static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new() { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void AddMembers(string json, Func<string, bool> isSecret)
    {
        // What is no document is sent by tests that ask what becomes of it.
        if (Parse(json) is not JsonObject members)
            return;

        foreach (var (name, value) in members)
        {
            if (!isSecret(name))
                continue;
            foreach (var text in value is JsonArray list ? list : [value?.DeepClone()])
            {
                if (text?.GetValueKind() == JsonValueKind.String)
                    Add(name == "secret" ? "totp secret" : $"member {name}", text.GetValue<string>());
            }
        }
    }

    private void AddPairs(string kind, IEnumerable<string> pairs)
    {
        foreach (var pair in pairs)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var name = at < 0 ? string.Empty : WebUtility.UrlDecode(pair[..at]);
            if (!HarmlessFields.Contains(name))
                Add($"{kind} {name}", kind == "cookie" ? pair[(at + 1)..] : WebUtility.UrlDecode(pair[(at + 1)..]));
        }
    }

    private void AddToken(string url)
    {
        const string Parameter = "token=";
        var at = url.IndexOf(Parameter, StringComparison.OrdinalIgnoreCase);
        if (at >= 0)
            Add("token of a link", Uri.UnescapeDataString(url[(at + Parameter.Length)..].Split('&', '#', '%')[0]));
    }
}

/// <summary>Something that must be written down nowhere.</summary>
/// <param name="Kind">Where it was seen.</param>
/// <param name="Value">As it was seen.</param>
public sealed record WatchedSecret(string Kind, string Value)
{
    /// <summary>The bytes that the value spells in Base32 or base64url; empty when it is just text.</summary>
    public byte[] Bytes
    {
        get
        {
            if (Kind == "totp secret")
                return Base32.TryDecode(Value, out var secret) ? secret : [];
            if (Kind == "key")
                return Convert.FromBase64String(Value);
            return Base64Url.IsValid(Value) && Value.Length >= 22 ? Base64Url.DecodeFromChars(Value) : [];
        }
    }
}
