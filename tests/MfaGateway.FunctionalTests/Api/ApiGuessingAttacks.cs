using System.Globalization;
using System.Net;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors;
using MfaGateway.FunctionalTests.Attacks;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Api;

/// <summary>Guessing by JSON gains nothing that guessing on the pages does not, nor both together.</summary>
public sealed class ApiGuessingAttacks
{
    private const string Wrong = "the-Wrong-Teapot-17";

    [Fact]
    public async Task Wrong_codes_by_JSON_and_on_pages_share_one_budget_of_a_flow()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        var page = await ada.GivePasswordAsync(client.Browser);

        await client.Browser.SubmitAsync(page, ("code", ada.WrongCode));
        var second = (await client.PostAsync("/challenge/totp", new { code = ada.WrongCode })).Is(HttpStatusCode.Unauthorized, "wrong-answer");
        Assert.Equal(3, (int)second["attemptsLeft"]!);
        await client.Browser.SubmitAsync(page, ("code", ada.WrongCode));
        var fourth = (await client.PostAsync("/challenge/recovery-code", new { code = "aaaa-bbbb-cccc-dddd" })).Is(HttpStatusCode.Unauthorized, "wrong-answer");
        Assert.Equal(1, (int)fourth["attemptsLeft"]!);

        (await client.PostAsync("/challenge/totp", new { code = ada.WrongCode })).Is(HttpStatusCode.Unauthorized, "flow-ended");
        (await client.PostAsync("/challenge/totp", new { code = ada.CurrentCode })).Is(HttpStatusCode.Unauthorized, "flow-expired");
        Assert.Equal("sign-in", (await client.GetAsync("/flow")).Next);
    }

    [Fact]
    public async Task Wrong_codes_by_JSON_and_on_pages_share_one_budget_of_an_account_and_both_say_until_when_it_is_closed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        for (var flow = 0; flow < 2; flow++)
        {
            using var guesser = new ApiClient(gateway.NewBrowser());
            var page = await ada.GivePasswordAsync(guesser.Browser);
            for (var guess = 0; guess < 5; guess++)
                await (guess % 2 == 0 ? guesser.Browser.SubmitAsync(page, ("code", ada.WrongCode)) : PostCodeAsync(guesser, ada.WrongCode));
        }

        using var client = new ApiClient(gateway.NewBrowser());
        await client.SignInAsync(ada);
        var refused = (await client.PostAsync("/challenge/totp", new { code = ada.CurrentCode })).Is(HttpStatusCode.TooManyRequests, "too-many-attempts");

        Assert.Equal("900", refused.Visit.Header("Retry-After"));
        Assert.Equal(gateway.Time.GetUtcNow().AddMinutes(15), (DateTimeOffset)refused["retryAt"]!);
        var shown = await client.Browser.SubmitAsync(await client.Browser.GetAsync("/_mfa/challenge/totp"), ("code", ada.CurrentCode));
        Assert.Equal((HttpStatusCode.TooManyRequests, "900"), (shown.Status, shown.Header("Retry-After")));
        Assert.Equal(shown.Text("error"), (string?)refused["detail"]);
    }

    [Fact]
    public async Task A_hundred_parallel_wrong_codes_by_JSON_count_exactly_the_limit()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await client.SignInAsync(ada);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => PostCodeAsync(new ApiClient(client.Browser.Clone()), ada.WrongCode)));

        var entries = await gateway.Get<AuditStore>().ListAsync(new(), before: null, 500, TestContext.Current.CancellationToken);
        Assert.Equal(5, entries.Count(entry => entry.Entry.Detail is { } detail
            && detail.StartsWith(nameof(FactorKind.Totp), StringComparison.Ordinal) && detail.EndsWith("wrong", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_right_code_in_a_hundred_parallel_answers_by_JSON_passes_once()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var flows = new List<ApiClient>();
        for (var i = 0; i < 8; i++)
        {
            flows.Add(new ApiClient(gateway.NewBrowser()));
            await flows[i].SignInAsync(ada);
        }

        var answers = await Task.WhenAll(flows.Select(client => client.PostAsync("/challenge/totp", new { code = ada.CurrentCode })));

        Assert.Single(answers, answer => answer.Next == "done");
        Assert.All(answers.Where(answer => answer.Next != "done"), answer => answer.Is(HttpStatusCode.Unauthorized, "code-already-used"));
    }

    [Fact]
    public async Task Wrong_passwords_by_JSON_and_on_pages_close_the_network_together()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        var form = await client.Browser.OpenAsync("/");
        for (var guess = 0; guess < 5; guess++)
        {
            var name = guess.ToString(CultureInfo.InvariantCulture);
            await client.Browser.SubmitAsync(form, ("username", name), ("password", Wrong));
            (await client.PostAsync("/sign-in", new { userName = name, password = Wrong })).Is(HttpStatusCode.Unauthorized, "wrong-credentials");
        }

        var refused = await client.PostAsync("/sign-in", new { userName = "ada", password = TestPerson.DefaultPassword });

        refused.Is(HttpStatusCode.TooManyRequests, "too-many-attempts");
        Assert.Equal("60", refused.Visit.Header("Retry-After"));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.Browser.SubmitAsync(form, ("username", "ada"), ("password", TestPerson.DefaultPassword))).Status);
    }

    [Fact]
    public async Task Unknown_known_disabled_and_locked_people_are_refused_alike_in_every_byte()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Attempts:Password:Count", "3").With("MfaGateway:Attempts:PerAddress:Count", "1000"));
        await (await gateway.AddPersonAsync("phoned")).WithAuthenticatorAsync();
        await gateway.AddPersonAsync("plain");
        await (await gateway.AddPersonAsync("gone")).DisableAsync();
        await gateway.AddPersonAsync("locked");
        using var stranger = new ApiClient(gateway.NewBrowser());
        for (var guess = 0; guess < 3; guess++)
            await stranger.PostAsync("/sign-in", new { userName = "locked", password = Wrong });

        (string Name, string Password)[] tries =
        [
            ("nobody", Wrong), ("somebody", TestPerson.DefaultPassword), ("phoned", Wrong), ("plain", Wrong),
            ("gone", Wrong), ("gone", TestPerson.DefaultPassword), ("locked", Wrong), ("locked", TestPerson.DefaultPassword),
        ];
        var answers = new List<string>();
        foreach (var (name, password) in tries)
        {
            using var client = new ApiClient(gateway.NewBrowser());
            answers.Add(Describe(await client.PostAsync("/sign-in", new { userName = name, password })));
        }

        Assert.StartsWith("401", answers[0], StringComparison.Ordinal);
        Assert.Single(answers.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_a_hundred_wrong_codes_at_once_in_one_flow_half_of_them_by_JSON_five_count()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        var racers = Enumerable.Range(0, 100).Select(_ => new ApiClient(browser.Clone())).ToList();

        await Task.WhenAll(racers.Select(Task (racer, number) => (number % 4) switch
        {
            0 => racer.PostAsync("/challenge/totp", new { code = ada.WrongCode }),
            1 => racer.PostAsync("/challenge/recovery-code", new { code = "aaaa-bbbb-cccc-dddd" }),
            2 => racer.Browser.SubmitAsync(asked, ("code", ada.WrongCode)),
            _ => racer.Browser.SubmitAsync(asked with { Url = "/_mfa/challenge/recovery-code" }, ("code", "aaaa-bbbb-cccc-dddd")),
        }));

        Assert.Equal(5, await Trail.CountAsync(gateway, "Totp: wrong") + await Trail.CountAsync(gateway, "RecoveryCode: wrong"));
        racers.ForEach(racer => racer.Dispose());
    }

    [Fact]
    public async Task Wrong_passwords_by_JSON_and_on_pages_close_the_account_together()
    {
        await using var nodes = await Nodes.StartAsync(NodesOn.Sqlite, setup => setup.With("MfaGateway:Attempts:Password:Count", "6"));
        var ada = await nodes.First.AddPersonAsync();
        using var browser = nodes.First.NewBrowser();
        using var program = new ApiClient(nodes.First.NewBrowser());
        browser.ForwardedFor = program.Browser.ForwardedFor = "203.0.113.1";
        var form = await browser.OpenAsync("/");

        for (var guess = 0; guess < 3; guess++)
        {
            await browser.SubmitAsync(form, ("username", "ada"), ("password", Wrong));
            (await program.PostAsync("/sign-in", new { userName = "ADA", password = Wrong })).Is(HttpStatusCode.Unauthorized, "wrong-credentials");
        }

        // From elsewhere, too.
        Assert.Equal(6, await nodes.CountAsync("Password: wrong"));
        program.Browser.ForwardedFor = "203.0.113.2";
        (await program.SignInAsync(ada)).Is(HttpStatusCode.Unauthorized, "wrong-credentials");
    }

    [Fact]
    public async Task A_stolen_session_guesses_the_password_by_JSON_as_little_as_a_stranger()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var owner = gateway.NewBrowser();
        await ada.SignInAsync(owner);
        using var thief = new ApiClient(gateway.NewBrowser());
        thief.Browser.Cookies["mfa_session"] = owner.Cookies["mfa_session"];

        for (var guess = 0; guess < 10; guess++)
            (await ChangeAsync(thief, $"{Wrong}{guess}")).Is(HttpStatusCode.Unauthorized, "wrong-answer");

        (await ChangeAsync(thief, ada.Password)).Is(HttpStatusCode.TooManyRequests, "too-many-attempts");
        using var stranger = new ApiClient(gateway.NewBrowser());
        (await stranger.SignInAsync(ada)).Is(HttpStatusCode.Unauthorized, "wrong-credentials");
        using var known = new ApiClient(owner);
        (await known.SignInAsync(ada)).LeadsTo("totp");
    }

    private static async Task<Visit> PostCodeAsync(ApiClient client, string code) => (await client.PostAsync("/challenge/totp", new { code })).Visit;

    private static Task<ApiAnswer> ChangeAsync(ApiClient program, string currentPassword) =>
        program.PostAsync("/account/password", new { currentPassword, newPassword = "velvet tractor humming orbit" });

    /// <summary>Everything that came back but the time and the id of the request.</summary>
    private static string Describe(ApiAnswer answer)
    {
        answer.Body.Remove("instance");
        var headers = answer.Visit.Headers.Concat(answer.Visit.ContentHeaders)
            .Where(header => header.Key is not ("Date" or "Content-Length"))
            .Select(header => $"{header.Key}: {string.Join(" | ", header.Value)}");
        return $"{(int)answer.Status}\n{string.Join('\n', headers)}\n\n{answer.Body.ToJsonString()}";
    }
}
