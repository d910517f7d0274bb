using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MfaGateway.Api;
using MfaGateway.Hardening;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Api;

/// <summary>A program that speaks JSON with a person's cookies. It never gets a page, a redirect, or a problem that nobody listed.</summary>
internal sealed class ApiClient(Browser browser) : IDisposable
{
    private const string Root = "/_mfa/api/v1";

    private static readonly HashSet<string> Known = [.. ApiProblems.All.Select(problem => Problem.TypePrefix + problem.Name)];

    public Browser Browser { get; } = browser;

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, body: null);

    public Task<ApiAnswer> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, body: null);

    public Task<ApiAnswer> SendAsync(HttpMethod method, string path, object? body) =>
        SendAsync(method, path, body is null ? null : Json(JsonSerializer.Serialize(body)));

    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? content, Action<HttpRequestMessage>? adjust = null)
    {
        var request = new HttpRequestMessage(method, Root + path) { Content = content };
        if (method != HttpMethod.Get)
            request.Headers.Add(ApiForgery.Header, ApiForgery.Value);
        return Read(await Browser.SendAsync(request, adjust));
    }

    public Task<ApiAnswer> SignInAsync(TestPerson person, string returnUrl = "/") =>
        PostAsync("/sign-in", new { userName = person.UserName, password = person.Password, returnUrl });

    public static StringContent Json(string text) => new(text, new UTF8Encoding(false), new MediaTypeHeaderValue("application/json"));

    public void Dispose() => Browser.Dispose();

    private static ApiAnswer Read(Visit visit)
    {
        Assert.True(visit.Location is null, $"Redirected to {visit.Location}.");
        Assert.Equal("no-store", visit.Header("Cache-Control"));
        Assert.Equal("nosniff", visit.Header("X-Content-Type-Options"));
        Assert.Null(visit.Header("Access-Control-Allow-Origin"));
        if (visit.Status == HttpStatusCode.NoContent)
            return new(visit, new JsonObject());

        var mediaType = visit.ContentHeaders.ContentType?.MediaType;
        var isProblem = (int)visit.Status >= 400;
        Assert.True(mediaType == (isProblem ? "application/problem+json" : "application/json"), $"{(int)visit.Status} {mediaType}: {visit.Body}");
        var body = JsonNode.Parse(visit.Body)!.AsObject();
        if (isProblem)
        {
            Assert.Equal((int)visit.Status, (int)body["status"]!);
            Assert.Contains((string)body["type"]!, Known);
        }

        return new(visit, body);
    }
}

/// <summary>What a program got.</summary>
internal sealed record ApiAnswer(Visit Visit, JsonObject Body)
{
    public HttpStatusCode Status => Visit.Status;

    public string? Next => (string?)Body["next"];

    /// <summary>The name of the problem; null when it is none.</summary>
    public string? Problem => (string?)Body["type"] is { } type ? type[Hardening.Problem.TypePrefix.Length..] : null;

    public JsonNode? this[string member] => Body[member];

    /// <summary>A step was accepted, and this is asked next.</summary>
    public ApiAnswer LeadsTo(string next)
    {
        Assert.True(Status == HttpStatusCode.OK && Next == next, $"{(int)Status} {Visit.Body}, not {next}.");
        return this;
    }

    public ApiAnswer Is(HttpStatusCode status, string problem)
    {
        Assert.True(Status == status && Problem == problem, $"{(int)Status} {Visit.Body}, not {(int)status} {problem}.");
        return this;
    }

    public ApiAnswer IsDone()
    {
        Assert.True(Status == HttpStatusCode.NoContent, $"{(int)Status} {Visit.Body}");
        return this;
    }
}
