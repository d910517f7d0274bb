using System.Net;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using MfaGateway.FunctionalTests.MagicCodes;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Api;

/// <summary>Signing in by mailed codes, by programs: the same requests, codes, waits and budgets as on the pages.</summary>
public sealed class MailedCodeApiTests : MagicCodeTest
{
    [Fact]
    public async Task A_code_alone_opens_what_one_factor_opens()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        Assert.True((bool)(await client.GetAsync("/settings"))["signIn"]!["magicCode"]!);

        var asked = await RequestAsync(client);
        var mailed = asked["mailedCode"]!;
        Assert.Equal((1, 3, false), ((int)mailed["sent"]!, (int)mailed["most"]!, (bool)mailed["approved"]!));
        Assert.Null((string?)asked["userName"]);
        Assert.Equal(asked.Body.ToJsonString(), (await client.GetAsync("/flow")).Body.ToJsonString());
        var done = await GiveAsync(client, (await MailedCode.NextAsync(gateway)).Code, (string?)asked["flow"]);

        done.LeadsTo("done");
        Assert.Equal("/wiki/page", (string?)done["returnUrl"]);
        Assert.Equal(Greeting, (await client.Browser.GetAsync("/wiki/page")).Body);
        Assert.Equal("one-factor-mail", (string?)(await client.GetAsync("/session"))["session"]!["acr"]);
    }

    [Fact]
    public async Task Whoever_has_an_authenticator_is_asked_for_it_after_the_code()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await RequestAsync(client);

        var second = (await GiveAsync(client, (await MailedCode.NextAsync(gateway)).Code)).LeadsTo("totp");

        Assert.Equal("ada", (string?)second["userName"]);
        Assert.Equal("totp", (await client.GetAsync("/flow")).Next);
        (await client.PostAsync("/challenge/code", new { code = "123456" })).Is(HttpStatusCode.Conflict, "step-not-asked");
        (await client.PostAsync("/challenge/totp", new { code = ada.CurrentCode })).LeadsTo("done");
    }

    [Fact]
    public async Task A_password_and_a_code_are_two_factors_where_the_policy_says_so()
    {
        await using var gateway = await StartAsync(setup => setup
            .Route("mail", "/mail/{**path}", "mailed").With("MfaGateway:Policies:mailed:Factors", "two-factor +magic-code"));
        var ada = await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());

        var asked = (await client.SignInAsync(ada, "/mail/box")).LeadsTo("magic-code");
        Assert.Null(asked["mailedCode"]);
        var sent = (await client.PostAsync("/challenge/code/send")).LeadsTo("magic-code");
        Assert.Equal(1, (int)sent["mailedCode"]!["sent"]!);
        Assert.Equal((string?)asked["flow"], (string?)sent["flow"]);
        (await GiveAsync(client, (await MailedCode.NextAsync(gateway)).Code, (string?)asked["flow"])).LeadsTo("done");

        Assert.Equal("two-factor-mail", (string?)(await client.GetAsync("/session"))["session"]!["acr"]);
    }

    [Fact]
    public async Task A_code_that_is_too_old_for_the_policy_is_proved_again_by_a_new_one()
    {
        await using var gateway = await StartAsync(setup => setup
            .Route("bank", "/bank/{**path}", "fresh").With("MfaGateway:Policies:fresh:Factors", "one-factor").With("MfaGateway:Policies:fresh:MaxAge", "00:05:00"));
        await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await RequestAsync(client);
        (await GiveAsync(client, (await MailedCode.NextAsync(gateway)).Code)).LeadsTo("done");
        gateway.Time.Advance(TimeSpan.FromMinutes(6));

        var asked = (await client.PostAsync("/step-up", new { policy = "fresh", returnUrl = "/bank/book" })).LeadsTo("magic-code");
        Assert.Equal("ada", (string?)asked["userName"]);
        (await client.PostAsync("/challenge/code", new { code = "135799" })).Is(HttpStatusCode.Unauthorized, "wrong-answer"); // none was sent yet
        var sent = (await client.PostAsync("/challenge/code/send")).LeadsTo("magic-code");
        Assert.Equal(1, (int)sent["mailedCode"]!["sent"]!);
        (await client.PostAsync("/challenge/code/send")).Is(HttpStatusCode.TooManyRequests, "code-too-soon");
        var done = (await GiveAsync(client, (await MailedCode.NextAsync(gateway)).Code, (string?)asked["flow"])).LeadsTo("done");

        Assert.Equal("/bank/book", (string?)done["returnUrl"]);
        Assert.Equal(Greeting, (await client.Browser.GetAsync("/bank/book")).Body);
    }

    [Fact]
    public async Task A_second_code_comes_after_a_wait_and_the_first_one_stays_good()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        var asked = await RequestAsync(client);
        var first = await MailedCode.NextAsync(gateway);

        var soon = (await client.PostAsync("/challenge/code/send")).Is(HttpStatusCode.TooManyRequests, "code-too-soon");
        Assert.Equal("30", soon.Visit.Header("Retry-After"));
        Assert.Equal((DateTimeOffset)asked["mailedCode"]!["nextSendAt"]!, (DateTimeOffset)soon["retryAt"]!);
        for (var sent = 2; sent <= 3; sent++)
        {
            gateway.Time.Advance(TimeSpan.FromMinutes(sent));
            Assert.Equal(sent, (int)(await client.PostAsync("/challenge/code/send")).LeadsTo("magic-code")["mailedCode"]!["sent"]!);
        }

        gateway.Time.Advance(TimeSpan.FromMinutes(4));
        (await client.PostAsync("/challenge/code/send")).Is(HttpStatusCode.TooManyRequests, "no-more-codes");
        (await GiveAsync(client, first.Code)).LeadsTo("done");
    }

    [Fact]
    public async Task A_late_code_is_told_so()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await RequestAsync(client);
        var late = await MailedCode.NextAsync(gateway);
        gateway.Time.Advance(TimeSpan.FromMinutes(9));
        await client.PostAsync("/challenge/code/send");
        gateway.Time.Advance(TimeSpan.FromMinutes(1));

        var refused = (await GiveAsync(client, late.Code)).Is(HttpStatusCode.Unauthorized, "code-too-old");

        Assert.Contains("it has expired", (string?)refused["detail"], StringComparison.Ordinal);
        Assert.Equal(4, (int)refused["attemptsLeft"]!);
    }

    [Fact]
    public async Task Wrong_codes_by_JSON_and_on_the_page_share_one_budget()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        var page = await AskAsync(client.Browser);
        var mail = await MailedCode.NextAsync(gateway);
        var wrong = WrongCode(mail.Code);
        for (var i = 0; i < 2; i++)
        {
            await client.Browser.SubmitAsync(page, ("code", wrong));
            (await GiveAsync(client, wrong)).Is(HttpStatusCode.Unauthorized, "wrong-answer");
        }

        (await GiveAsync(client, wrong)).Is(HttpStatusCode.Unauthorized, "flow-ended");
        (await GiveAsync(client, mail.Code)).Is(HttpStatusCode.Unauthorized, "flow-expired");
        Assert.DoesNotContain("mfa_session", client.Browser.Cookies.Keys);
    }

    [Fact]
    public async Task Of_a_hundred_parallel_answers_of_one_code_one_passes()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await RequestAsync(client);
        var code = (await MailedCode.NextAsync(gateway)).Code;
        var thieves = Enumerable.Range(0, 100).Select(_ => new ApiClient(client.Browser.Clone())).ToList();

        await Task.WhenAll(thieves.Select(thief => GiveAsync(thief, code)));

        Assert.Single(thieves, thief => thief.Browser.Cookies.ContainsKey("mfa_session"));
        thieves.ForEach(thief => thief.Dispose());
    }

    [Fact]
    public async Task An_answer_that_was_granted_no_try_ends_nothing_under_those_that_were()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await RequestAsync(client);
        var code = (await MailedCode.NextAsync(gateway)).Code;
        using var late = new ApiClient(client.Browser.Clone());
        var granted = await TakeAllTriesAsync(gateway, client.Browser, ada.AccountId);

        (await GiveAsync(late, "135799")).Is(HttpStatusCode.Unauthorized, "flow-ended");
        await gateway.Get<AttemptStore>().ReleaseAttemptAsync(granted, [], gateway.Time.GetUtcNow(), TestContext.Current.CancellationToken);

        (await GiveAsync(client, code)).LeadsTo("done");
    }

    [Theory]
    [InlineData("/sign-in/code", """{"email":null}""")]
    [InlineData("/sign-in/code", """{"email":["ada@example.org","eve@evil.example"]}""")]
    [InlineData("/sign-in/code", """{"email":"ada@example.org","to":"eve@evil.example"}""")]
    [InlineData("/sign-in/code", """{"email":"ada@example.org","email":"eve@evil.example"}""")]
    [InlineData("/challenge/code", """{"code":null}""")]
    [InlineData("/challenge/code", """{"code":135799}""")]
    [InlineData("/challenge/code", """{"code":"135799","email":"ada@example.org"}""")]
    [InlineData("/challenge/code/send", """{"email":"eve@evil.example"}""")]
    [InlineData("/challenge/code/continue", """{"approved":true}""")]
    public async Task Nothing_but_what_is_asked_for_is_taken_and_nobody_else_gets_the_mail(string path, string body)
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await RequestAsync(client);
        gateway.Time.Advance(TimeSpan.FromSeconds(61));

        (await client.SendAsync(HttpMethod.Post, path, ApiClient.Json(body))).Is(HttpStatusCode.BadRequest, "malformed-body");

        (await GiveAsync(client, (await MailedCode.NextAsync(gateway)).Code)).LeadsTo("done");
        Assert.Single(gateway.Mail.All());
    }

    [Fact]
    public async Task The_link_is_confirmed_in_another_browser_and_the_waiting_program_goes_on()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:PublicOrigin", MailedCode.Origin));
        await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        client.Browser.Host = new Uri(MailedCode.Origin).Host;
        var asked = await RequestAsync(client);
        (await client.PostAsync("/challenge/code/continue", new { })).Is(HttpStatusCode.Conflict, "not-approved");

        using var phone = gateway.NewBrowser();
        phone.Host = client.Browser.Host;
        var link = await phone.GetAsync((await MailedCode.NextAsync(gateway)).Link!);
        var number = (int)asked["mailedCode"]!["matchNumber"]!;
        await phone.SubmitAsync(link, ("number", $"{number}"));

        Assert.True((bool)(await client.GetAsync("/flow"))["mailedCode"]!["approved"]!);
        (await client.PostAsync("/challenge/code/continue", new { flow = (string?)asked["flow"] })).LeadsTo("done");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/session")).Status);
    }

    [Fact]
    public async Task Nobodys_address_gets_the_same_answers_and_no_mail()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:Attempts:PerAddress:Count", "1000"));
        await gateway.AddPersonAsync();
        await (await gateway.AddPersonAsync("off")).DisableAsync();
        var seen = new List<string>();
        foreach (var name in new[] { "ada", "off", "nob" })
        {
            using var client = new ApiClient(gateway.NewBrowser());
            seen.Add(string.Join('\n',
                Shape(await RequestAsync(client, $"{name}@example.org")), Shape(await client.GetAsync("/flow")),
                Shape(await GiveAsync(client, "135799")), Shape(await client.PostAsync("/challenge/code/send")),
                Shape(await GiveAsync(client, "135799")), Shape(await GiveAsync(client, "135799")),
                Shape(await GiveAsync(client, "135799")), Shape(await GiveAsync(client, "135799")), Shape(await client.GetAsync("/flow"))));
        }

        Assert.Single(seen.Distinct(StringComparer.Ordinal));
        await gateway.AddPersonAsync("bob");
        using var bob = new ApiClient(gateway.NewBrowser());
        await MailedOnlyAsync(gateway, ["ada@example.org"], "bob@example.org", address => RequestAsync(bob, address));
    }

    [Fact]
    public async Task Whoever_switched_it_off_gets_the_same_answers_as_before_and_no_mail()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        await gateway.AddPersonAsync("bob");
        using var own = gateway.NewBrowser();
        await ada.SignInAsync(own);
        var (action, values) = (await own.OpenAsync("/_mfa/account/sign-in-methods")).Form();
        Assert.Equal(HttpStatusCode.SeeOther, (await own.PostAsync(action, values)).Status); // the box is not among them: not ticked
        Assert.Contains("was switched off", (await gateway.Mail.NextAsync("ada@example.org")).Sentences, StringComparison.Ordinal);
        using var client = new ApiClient(gateway.NewBrowser());
        using var bob = new ApiClient(gateway.NewBrowser());

        var off = (await RequestAsync(client), await GiveAsync(client, "135799"));
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        var on = (await RequestAsync(bob, "bob@example.org"), await GiveAsync(bob, "135799"));

        off.Item2.Is(HttpStatusCode.Unauthorized, "wrong-answer");
        on.Item2.Is(HttpStatusCode.Unauthorized, "wrong-answer");
        Assert.Equal((int)on.Item1["mailedCode"]!["sent"]!, (int)off.Item1["mailedCode"]!["sent"]!);
        await gateway.Mail.NextAsync("bob@example.org"); // asked for later, so what was to go to Ada would be there
        Assert.Equal(["ada@example.org", "bob@example.org"], gateway.Mail.All().Select(mail => mail.ToAddress).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_link_in_the_same_browser_takes_no_number()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:PublicOrigin", MailedCode.Origin));
        await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        client.Browser.Host = new Uri(MailedCode.Origin).Host;
        await RequestAsync(client);
        var link = (await MailedCode.NextAsync(gateway)).Link!;

        var page = await client.Browser.GetAsync(link);
        Assert.DoesNotContain(page.Page.QuerySelectorAll("input"), input => input.GetAttribute("name") == "number");
        await client.Browser.SubmitAsync(page, ("token", link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..]));

        Assert.Equal("one-factor-mail", (string?)(await client.GetAsync("/session"))["session"]!["acr"]);
        (await client.PostAsync("/challenge/code/continue", new { })).Is(HttpStatusCode.Unauthorized, "flow-expired");
    }

    [Fact]
    public async Task What_is_no_address_is_told_and_where_the_way_is_off_it_says_so()
    {
        await using var gateway = await StartAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        (await client.PostAsync("/sign-in/code", new { email = "nobody" })).Is(HttpStatusCode.BadRequest, "malformed-answer");
        (await client.PostAsync("/sign-in/code", new { email = "a@example.org, b@example.org" })).Is(HttpStatusCode.BadRequest, "malformed-answer");
        (await client.PostAsync("/challenge/code/send")).Is(HttpStatusCode.Unauthorized, "flow-expired");

        await using var without = await GatewayUnderTest.StartAsync();
        using var other = new ApiClient(without.NewBrowser());
        Assert.False((bool)(await other.GetAsync("/settings"))["signIn"]!["magicCode"]!);
        (await other.PostAsync("/sign-in/code", new { email = "ada@example.org" })).Is(HttpStatusCode.NotFound, "way-in-off");
    }

    [Fact]
    public async Task A_code_that_is_given_for_another_tabs_request_is_not_looked_at()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        var first = (string?)(await RequestAsync(client))["flow"];
        gateway.Time.Advance(TimeSpan.FromSeconds(61));
        await RequestAsync(client);

        (await GiveAsync(client, "135799", first)).Is(HttpStatusCode.Conflict, "other-flow");
    }

    /// <summary>Answers that are being checked at this moment: all tries of the request are granted, and none is decided.</summary>
    private static async Task<IReadOnlyList<CountedAttempt>> TakeAllTriesAsync(GatewayUnderTest gateway, Browser browser, string accountId)
    {
        var (token, now) = (TestContext.Current.CancellationToken, gateway.Time.GetUtcNow());
        Assert.True(SecretToken.TryParse(browser.Cookies["mfa_code"], out var cookie));
        var request = await gateway.Get<MagicCodeStore>().FindAsync(cookie.Hash, now, token);
        var plan = gateway.Get<AttemptLimits>().ForMailedCode(request!.Id, accountId, request.Email, browser: null, new ClientContext("203.0.113.1", "none"));
        var buckets = plan.CountedFirst.Where(bucket => bucket.Kind == AttemptLimit.Challenge).ToList();
        IReadOnlyList<CountedAttempt> counted = [];
        for (var tries = 0; tries < 5; tries++)
        {
            counted = Assert.IsType<AttemptReservation.Granted>(
                await gateway.Get<AttemptStore>().TryReserveAttemptAsync(buckets, now, token)).Counted;
        }

        return counted;
    }

    private static async Task<ApiAnswer> RequestAsync(ApiClient client, string email = "ada@example.org") =>
        (await client.PostAsync("/sign-in/code", new { email, returnUrl = "/wiki/page" })).LeadsTo("magic-code");

    private static Task<ApiAnswer> GiveAsync(ApiClient client, string code, string? flow = null) =>
        client.PostAsync("/challenge/code", new { code, flow, rememberBrowser = true });

    /// <summary>Everything that came back but the time, cookie values, the ids, and the number that is drawn for each.</summary>
    private static string Shape(ApiAnswer answer)
    {
        var body = answer.Body.DeepClone().AsObject();
        body.Remove("instance");
        if (body["flow"] is not null)
            body["flow"] = "flow";
        if (body["mailedCode"] is { } mailed)
            mailed["matchNumber"] = 0;
        var headers = answer.Visit.Headers.Concat(answer.Visit.ContentHeaders)
            .Where(header => header.Key is not ("Date" or "Content-Length"))
            .Select(header => $"{header.Key}: {string.Join(" | ", header.Value.Select(WithoutValue))}");
        return $"{(int)answer.Status}\n{string.Join('\n', headers)}\n{body.ToJsonString()}";
    }

    private static string WithoutValue(string header) =>
        header.StartsWith("mfa_code=", StringComparison.Ordinal) ? "mfa_code=" + header[header.IndexOf(';', StringComparison.Ordinal)..] : header;
}
