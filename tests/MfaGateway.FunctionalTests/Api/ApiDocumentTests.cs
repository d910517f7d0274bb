using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MfaGateway.Api;
using MfaGateway.Core.Challenges;
using MfaGateway.FunctionalTests.Verifiers;
using MfaGateway.Hardening;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Xunit;

namespace MfaGateway.FunctionalTests.Api;

/// <summary>The API is what its document says, and who may use what is said on purpose.</summary>
public sealed class ApiDocumentTests
{
    private static readonly string DocumentFile = Path.Combine(Repository.Root, "docs", "openapi.json");

    [Fact]
    public async Task The_document_in_the_repository_is_the_one_that_is_served()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var client = new ApiClient(gateway.NewBrowser());

        var served = Format((await client.GetAsync("/openapi.json")).Body);
        if (Environment.GetEnvironmentVariable("MFAGATEWAY_WRITE_OPENAPI") == "1")
            await File.WriteAllTextAsync(DocumentFile, served, TestContext.Current.CancellationToken);

        var kept = File.Exists(DocumentFile) ? await File.ReadAllTextAsync(DocumentFile, TestContext.Current.CancellationToken) : string.Empty;
        Assert.True(
            served == kept,
            "docs/openapi.json differs from what the gateway serves. Run this test with MFAGATEWAY_WRITE_OPENAPI=1, look at the difference, "
            + "and run 'npm run generate' in samples/typescript-client.");
    }

    [Fact]
    public async Task The_document_is_made_once_and_not_sent_again_to_who_has_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();
        const string Url = "/_mfa/api/v1/openapi.json";

        var visits = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => browser.GetAsync(Url)));
        var tag = Assert.Single(visits.Select(visit => visit.Header("ETag")).Distinct());
        var known = await browser.GetAsync(Url, request => request.Headers.TryAddWithoutValidation("If-None-Match", tag));
        var other = await browser.GetAsync(Url, request => request.Headers.TryAddWithoutValidation("If-None-Match", "\"other\""));

        Assert.NotNull(tag);
        Assert.Equal((304, string.Empty), ((int)known.Status, known.Body));
        Assert.Equal((200, visits[0].Body), ((int)other.Status, other.Body));
    }

    [Fact]
    public async Task However_many_ask_for_the_document_it_is_made_once()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var provider = new CountingProvider(gateway.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(ApiDocument.Name));
        var served = new ServedApiDocument(provider);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => served.SendAsync(new DefaultHttpContext())));
        await served.SendAsync(new DefaultHttpContext());

        Assert.Equal(1, provider.Made);
    }

    [Fact]
    public async Task The_document_has_every_endpoint_and_its_server_follows_the_prefix()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:PathPrefix", "/auth/two"));
        using var browser = gateway.NewBrowser();

        var document = JsonNode.Parse((await browser.GetAsync("/auth/two/api/v1/openapi.json")).Body)!;

        Assert.Equal("/auth/two/api/v1", (string?)document["servers"]![0]!["url"]);
        var described = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));
        Assert.Equal(
            Endpoints(gateway).Select(endpoint => NameOf(endpoint, "/auth/two/api/v1")).Where(name => name != "GET /openapi.json").Order(StringComparer.Ordinal),
            described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_endpoint_is_open_on_purpose_or_guarded_like_the_page_of_the_same_matter()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();

        var guarded = Endpoints(gateway).ToLookup(
            endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
                ? "open"
                : endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).LastOrDefault() ?? "denied",
            endpoint => NameOf(endpoint, "/_mfa/api/v1"));

        Assert.Equal(
            [
                "GET /enroll/recovery-codes", "GET /flow", "GET /openapi.json", "GET /settings",
                "POST /challenge/code", "POST /challenge/code/continue", "POST /challenge/code/send",
                "POST /challenge/password", "POST /challenge/recovery-code", "POST /challenge/totp",
                "POST /enroll/code", "POST /enroll/recovery-codes/saved", "POST /enroll/totp", "POST /enroll/totp/confirm",
                "POST /sign-in", "POST /sign-in/code", "POST /sign-out", "POST /step-up",
            ],
            guarded["open"].Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "DELETE /account/authenticators/{id}", "PATCH /account/authenticators/{id}",
                "POST /account/authenticators", "POST /account/password", "POST /account/recovery-codes",
            ],
            guarded["account-change"].Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "DELETE /account/browsers/{id}", "DELETE /account/sessions/{id}", "GET /account/authenticators", "GET /account/browsers",
                "GET /account/recovery-codes", "GET /account/sessions", "GET /session", "POST /account/sessions/end-others",
            ],
            guarded["one-factor"].Order(StringComparer.Ordinal));
        Assert.Equal(3, guarded.Count);
    }

    [Fact]
    public void Every_problem_is_listed_for_developers()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "api.md"));

        Assert.All(ApiProblems.All, problem => Assert.Contains($"| `{problem.Name}` | {problem.Status} |", page, StringComparison.Ordinal));
        Assert.All(ApiProblems.All.GroupBy(problem => problem.Name), same => Assert.Single(same));
    }

    [Fact]
    public async Task The_walk_on_the_page_for_developers_prints_what_it_says()
    {
        ExternalProgram.Require("Debian package curl", "/usr/bin/curl");
        ExternalProgram.Require("Debian package jq", "/usr/bin/jq");
        ExternalProgram.Require("Debian package oathtool", "/usr/bin/oathtool");
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "api.md"), TestContext.Current.CancellationToken);
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Time = new ManualTimeProvider(TimeProvider.System.GetUtcNow()));
        var ada = await gateway.AddPersonAsync();
        var folder = Directory.CreateTempSubdirectory("mfagateway-walk-");

        var script = $"set -euo pipefail\nSITE={gateway.Address.GetLeftPart(UriPartial.Authority)} PASSWORD={ada.Password}\n{Block(page, "sh")}";
        var outcome = await ExternalProgram.RunAsync("/bin/bash", ["-c", script], "", folder.FullName);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(Block(page, "text"), outcome.Output);
        Assert.Equal("hello from upstream", await File.ReadAllTextAsync(Path.Combine(folder.FullName, "app.html"), TestContext.Current.CancellationToken));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Every_step_of_a_challenge_has_its_word()
    {
        Assert.All(Enum.GetValues<ChallengeStep>(), step => Assert.Contains(
            JsonSerializer.Serialize(ApiSteps.Of(step)), Enum.GetValues<ApiStep>().Select(known => JsonSerializer.Serialize(known))));
        Assert.Equal("\"enroll-totp\"", JsonSerializer.Serialize(ApiSteps.Of(ChallengeStep.EnrollTotp)));
    }

    [Fact]
    public async Task The_settings_tell_of_the_site_and_of_nobody()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Totp:Digits", "8").With("MfaGateway:SiteName", "Bücherei").With("MfaGateway:RecoveryCodes:Count", "12"));
        await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());

        var settings = await client.GetAsync("/settings");

        Assert.Equal("Bücherei", (string?)settings["siteName"]);
        Assert.Equal("/_mfa", (string?)settings["pathPrefix"]);
        Assert.Equal((true, false, false), ((bool)settings["signIn"]!["password"]!, (bool)settings["signIn"]!["magicCode"]!, (bool)settings["signIn"]!["passkey"]!));
        Assert.Equal(8, (int)settings["totp"]!["digits"]!);
        Assert.Equal(12, (int)settings["recoveryCodes"]!);
        Assert.DoesNotContain("ada", settings.Visit.Body, StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<RouteEndpoint> Endpoints(GatewayUnderTest gateway) =>
        gateway.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ApiEndpoint>() is not null && endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null);

    private static string NameOf(RouteEndpoint endpoint, string root) =>
        $"{endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single()} {endpoint.RoutePattern.RawText![root.Length..]}";

    private static string Block(string page, string language)
    {
        var from = page.IndexOf($"\n```{language}\n", StringComparison.Ordinal) + language.Length + 5;
        return page[from..(page.IndexOf("\n```", from, StringComparison.Ordinal) + 1)];
    }

    private static string Format(JsonNode document) =>
        document.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";

    /// <summary>The gateway's own, counted: making the document is what costs.</summary>
    private sealed class CountingProvider(IOpenApiDocumentProvider provider) : IOpenApiDocumentProvider
    {
        private int _made;

        public int Made => _made;

        public Task<OpenApiDocument> GetOpenApiDocumentAsync(CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _made);
            return provider.GetOpenApiDocumentAsync(cancellationToken);
        }
    }
}
