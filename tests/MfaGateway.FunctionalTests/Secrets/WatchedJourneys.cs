using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using MfaGateway.FunctionalTests.Api;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MfaGateway.FunctionalTests.Secrets;

/// <summary>
/// What people and strangers do with secrets in their hands. Each journey is walked at the most talkative log level and then
/// everything written is searched. A new page needs a method here and a line in the list: what its forms post, its cookies
/// and what it shows under the known ids is watched by itself.
/// </summary>
internal static class WatchedJourneys
{
    public static readonly IReadOnlyDictionary<string, Func<Walk, Task>> All = new Dictionary<string, Func<Walk, Task>>(StringComparer.Ordinal)
    {
        ["the first administrator is made and enrols a phone"] = FirstRunAsync,
        ["passwords are wrong, typed in the wrong field, and right"] = PasswordsAsync,
        ["codes are wrong, malformed, right and replayed"] = CodesAsync,
        ["a challenge ends after too many wrong codes"] = TooManyCodesAsync,
        ["every limit is met, for passwords and codes, at every door"] = LimitsAsync,
        ["a browser is known, shown in the list and forgotten"] = KnownBrowsersAsync,
        ["an administrator unlocks somebody who was locked out"] = UnlockAsync,
        ["a recovery code is wrong, right, and used up"] = RecoveryCodesAsync,
        ["a stale proof is given again"] = StepUpAsync,
        ["a second authenticator is added, renamed and removed"] = AuthenticatorsAsync,
        ["recovery codes are renewed and the password is changed"] = OwnAccountAsync,
        ["somebody is invited and chooses a password by the link"] = InvitationAsync,
        ["a lost phone is replaced with the code of an administrator"] = ResetAsync,
        ["an administrator invites, resets and reads the log"] = AdministrationAsync,
        ["everything is done by JSON"] = JsonAsync,
        ["JSON comes malformed or from elsewhere"] = MalformedJsonAsync,
        ["forms come malformed or from elsewhere"] = FormsAsync,
        ["requests are no HTTP"] = MalformedAsync,
        ["pages are not there"] = MissingAsync,
        ["an app has cookies, tokens and credentials of its own"] = AppAsync,
        ["an app is down or breaks off"] = BrokenAppAsync,
        ["the store is lost"] = LostStoreAsync,
    };

    private static async Task FirstRunAsync(Walk walk)
    {
        var token = await walk.Gateway.Get<AccountService>().OfferSetupAsync(CancellationToken.None);
        var ada = new TestPerson(walk.Gateway, "ada");
        var browser = walk.NewBrowser();
        await browser.GetAsync("/_mfa/setup?token=notTheRightToken0123456789");
        var setup = await browser.GetAsync($"/_mfa/setup?token={token!.Reveal()}");
        await browser.SubmitAsync(setup, ("username", "a/b"), ("email", "nobody"), ("password", "too short?"));
        var offer = await browser.FollowAsync(await browser.SubmitAsync(
            setup, ("username", "ada"), ("email", "ada@example.org"), ("password", ada.Password)));
        await browser.SubmitAsync(offer, ("code", "24681357"), ("name", "Phone"));
        var codes = await Walk.EnrolAsync(ada, browser, offer);
        Assert.Equal("hello from upstream", (await browser.FollowAsync(
            await browser.FollowAsync(await browser.SubmitAsync(codes, ("saved", "true"))))).Body);
        await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-out"));
        walk.NextCode();
        Assert.Equal("hello from upstream", (await ada.SignInAsync(browser)).Body);
    }

    private static async Task PasswordsAsync(Walk walk)
    {
        var ada = await walk.AddWithPhoneAsync();
        var browser = walk.NewBrowser();
        var page = await browser.OpenAsync("/reports?year=2025");
        await browser.SubmitAsync(page, ("username", "ada"), ("password", "the password of my bank"));
        await browser.SubmitAsync(page, ("username", "nobody-here"), ("password", "the password of my bank"));

        // Typed a line too early: it is in the field of the name.
        walk.Watch.Add("password in the field of the name", "purple-Hedgehog-Summit-7");
        await browser.SubmitAsync(page, ("username", "purple-Hedgehog-Summit-7"), ("password", "purple-Hedgehog-Summit-7"));
        await browser.SubmitAsync(page, ("username", new string('x', 3000)), ("password", new string('y', 3000)));
        Assert.Equal("hello from upstream", (await ada.SignInAsync(browser)).Body);
    }

    private static async Task CodesAsync(Walk walk)
    {
        var ada = await walk.AddWithPhoneAsync();
        var browser = walk.NewBrowser();
        var page = await ada.GivePasswordAsync(browser);
        foreach (var typed in new[] { ada.WrongCode, "12 34 56 78 9", "abcdef", ada.CodeAt(-9) })
            await browser.SubmitAsync(page, ("code", typed));
        var right = await browser.SubmitAsync(page, ("code", ada.CurrentCode));
        Assert.Equal(HttpStatusCode.SeeOther, right.Status);

        var other = walk.NewBrowser();
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.SubmitAsync(await ada.GivePasswordAsync(other), ("code", ada.CurrentCode))).Status);
    }

    private static async Task TooManyCodesAsync(Walk walk)
    {
        var ada = await walk.AddWithPhoneAsync();
        var browser = walk.NewBrowser();
        var page = await ada.GivePasswordAsync(browser);
        for (var attempt = 1; attempt <= 6; attempt++)
            await browser.SubmitAsync(page, ("code", ada.WrongCode));
        Assert.Empty(walk.Gateway.Upstream.Requests);
    }

    private static async Task LimitsAsync(Walk walk)
    {
        walk.Gateway.Get<AttemptOptions>().PerAccount.InARow = 10;
        var ada = await walk.AddWithPhoneAsync();
        var owner = walk.NewBrowser();
        await ada.SignInAsync(owner);
        walk.NextCode();
        var change = await owner.GetAsync("/_mfa/account/password");
        for (var wrong = 0; wrong < 11; wrong++)
            change = await owner.SubmitAsync(change, ("currentPassword", $"the password of my bank {wrong}"), ("newPassword", "velvet tractor humming orbit"));
        Assert.Equal(HttpStatusCode.TooManyRequests, change.Status);

        // Codes: the flow ends, the account cools down, the factor is suspended.
        var flows = new List<(Browser Browser, Visit Page)>();
        for (var flow = 0; flow < 3; flow++)
        {
            var browser = walk.NewBrowser();
            flows.Add((browser, await ada.GivePasswordAsync(browser)));
        }

        foreach (var (browser, page) in flows)
        {
            for (var wrong = 0; wrong < 6; wrong++)
                await browser.SubmitAsync(page, ("code", ada.WrongCode));
            await browser.PostAsync("/_mfa/challenge/recovery-code", page.Form(("code", "abcd-efgh-jkmn-pqrs")).Values);
        }

        var (last, asked) = flows[2];
        Assert.Equal(HttpStatusCode.TooManyRequests, (await last.SubmitAsync(asked, ("code", ada.CurrentCode))).Status);

        // Passwords: the account is closed, and then the address.
        var stranger = walk.NewBrowser();
        var form = await stranger.OpenAsync("/");
        for (var wrong = 0; wrong < 12; wrong++)
            await stranger.SubmitAsync(form, ("username", "ada"), ("password", $"the password of my bank {wrong}"));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.SubmitAsync(form, ("username", "ada"), ("password", ada.Password))).Status);
    }

    private static async Task KnownBrowsersAsync(Walk walk)
    {
        const string List = "/_mfa/account/browsers";
        var ada = await walk.AddWithPhoneAsync();
        var browser = walk.NewBrowser();
        await ada.SignInAsync(browser);
        Assert.Contains("mfa_browser", browser.Cookies.Keys);
        await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-out"));
        walk.NextCode();
        var form = await browser.OpenAsync(List);
        await browser.SubmitAsync(form, ("username", "ada"), ("password", "the password of my bank"));
        var list = await ada.SignInAsync(browser, List);
        Assert.Single(list.Page.QuerySelectorAll(".item"));
        Assert.Empty((await browser.FollowAsync(await browser.SubmitAsync(list))).Page.QuerySelectorAll(".item"));

        // Made up, bent and doubled ones.
        var liar = walk.NewBrowser();
        foreach (var value in (string[])[SecretToken.New().Reveal(), browser.Cookies["mfa_browser"] + "x", $"{SecretToken.New().Reveal()}; mfa_browser={SecretToken.New().Reveal()}"])
        {
            liar.Cookies["mfa_browser"] = value;
            await liar.SubmitAsync(await liar.OpenAsync("/"), ("username", "ada"), ("password", "the password of my bank"));
        }
    }

    private static async Task UnlockAsync(Walk walk)
    {
        walk.Gateway.Get<AttemptOptions>().PerAddress.Count = 100;
        var root = await walk.AddWithPhoneAsync("root", "admins");
        var ada = await walk.AddWithPhoneAsync("ada");
        var stranger = walk.NewBrowser();
        var form = await stranger.OpenAsync("/");
        for (var wrong = 0; wrong < 10; wrong++)
            await stranger.SubmitAsync(form, ("username", "ada"), ("password", $"the password of my bank {wrong}"));

        var browser = walk.NewBrowser();
        var person = $"/_mfa/admin/people/{ada.AccountId}";
        var locked = await root.SignInAsync(browser, person);
        Assert.NotNull(locked.Text("locks"));
        var unlocked = await browser.FollowAsync(await browser.PostAsync(person + "/unlock", locked.Form().Values));
        Assert.Null(unlocked.Text("locks"));
        Assert.Equal(HttpStatusCode.SeeOther, (await stranger.SubmitAsync(form, ("username", "ada"), ("password", ada.Password))).Status);
    }

    private static async Task RecoveryCodesAsync(Walk walk)
    {
        var ada = await walk.Gateway.AddPersonAsync();
        var browser = walk.NewBrowser();
        var codes = await Walk.EnrolAsync(ada, browser, await ada.GivePasswordAsync(browser));
        var code = codes.Page.QuerySelector("#recovery-codes li")!.TextContent.Trim();
        await browser.SubmitAsync(codes, ("saved", "true"));

        foreach (var typed in new[] { "abcd-efgh-jkmn-pqrs", code.ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal), code })
        {
            var other = walk.NewBrowser();
            await ada.GivePasswordAsync(other);
            await other.FollowAsync(await other.SubmitAsync(await other.GetAsync("/_mfa/challenge/recovery-code"), ("code", typed)));
        }

        Assert.NotEmpty(walk.Gateway.Upstream.Requests);
    }

    private static async Task StepUpAsync(Walk walk)
    {
        var ada = await walk.AddWithPhoneAsync();
        var browser = walk.NewBrowser();
        Assert.Equal("hello from upstream", (await ada.SignInAsync(browser, "/bank")).Body);
        walk.Gateway.Time.Advance(TimeSpan.FromMinutes(3));

        var asked = await browser.OpenAsync("/bank");
        Assert.NotEqual("hello from upstream", asked.Body);
        await browser.SubmitAsync(asked, ("password", "the password of my bank"));
        asked = await browser.FollowAsync(await browser.SubmitAsync(asked, ("password", ada.Password)));
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", ada.CurrentCode)))).Body);
    }

    private static async Task AuthenticatorsAsync(Walk walk)
    {
        const string List = "/_mfa/account/authenticators";
        var ada = await walk.AddWithPhoneAsync();
        var browser = walk.NewBrowser();
        var list = await ada.SignInAsync(browser, List);
        walk.NextCode();

        var offer = await browser.FollowAsync(await browser.PostAsync(List + "/add", list.Form().Values));
        var tablet = new TestPerson(walk.Gateway, "ada");
        list = await Walk.EnrolAsync(tablet, browser, offer);
        Assert.Equal(2, list.Page.QuerySelectorAll(".item").Length);
        var remove = list.Page.QuerySelector("a[href*='/remove']")?.GetAttribute("href");
        Assert.NotNull(remove);
        await browser.FollowAsync(await browser.SubmitAsync(await browser.OpenAsync(remove)));
    }

    private static async Task OwnAccountAsync(Walk walk)
    {
        const string Account = "/_mfa/account";
        var ada = await walk.AddWithPhoneAsync();
        var browser = walk.NewBrowser();
        await ada.SignInAsync(browser, Account);
        var page = await browser.GetAsync($"{Account}/recovery-codes");
        var codes = await browser.FollowAsync(await browser.PostAsync($"{Account}/recovery-codes/regenerate", page.Form().Values));
        Assert.Equal(10, codes.Page.QuerySelectorAll("#recovery-codes li").Length);
        await browser.GetAsync("/_mfa/enroll/recovery-codes/file");
        await browser.SubmitAsync(codes, ("saved", "on"));

        var form = await browser.GetAsync($"{Account}/password");
        await browser.SubmitAsync(form, ("currentPassword", "the password of my bank"), ("newPassword", "velvet tractor humming orbit"));
        await browser.SubmitAsync(form, ("currentPassword", ada.Password), ("newPassword", "too short"));
        var changed = await browser.SubmitAsync(form, ("currentPassword", ada.Password), ("newPassword", "velvet tractor humming orbit"));
        Assert.Equal(HttpStatusCode.SeeOther, changed.Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"{Account}/sessions")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"{Account}/activity")).Status);
    }

    private static async Task InvitationAsync(Walk walk)
    {
        var made = Assert.IsType<Invitation.Made>(await walk.Gateway.Get<AdministrationService>().InviteAsync(
            "grace", new AccountDetails("grace@example.org", "Grace Hopper", ["staff"]), Actor.Command, CancellationToken.None));
        var browser = walk.NewBrowser();
        var page = await browser.GetAsync(made.Link);
        await browser.SubmitAsync(page, ("password", "hopper grace hopper"));
        var signIn = await browser.FollowAsync(await browser.SubmitAsync(page, ("password", "velvet tractor humming orbit")));
        var offer = await browser.FollowAsync(
            await browser.SubmitAsync(signIn, ("username", "grace"), ("password", "velvet tractor humming orbit")));
        Assert.NotNull(offer.Text("totp-secret"));
        await browser.SubmitAsync(page, ("password", "velvet tractor humming orbit again")); // the link is spent
    }

    private static async Task ResetAsync(Walk walk)
    {
        var ada = await walk.AddWithPhoneAsync();
        var administration = walk.Gateway.Get<AdministrationService>();
        var account = await administration.FindAsync(ada.AccountId, CancellationToken.None);
        var done = Assert.IsType<SecondFactorReset.Done>(
            await administration.ResetSecondFactorAsync(account!, "phone lost on the train", Actor.Command, CancellationToken.None));
        walk.Watch.Add("field code", done.Code.ToGroups());

        var browser = walk.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        await browser.SubmitAsync(asked, ("code", "abcd-efgh-jkmn"));
        var offer = await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", done.Code.ToGroups())));
        var codes = await Walk.EnrolAsync(ada, browser, offer);
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(codes, ("saved", "true")))).Body);
    }

    private static async Task AdministrationAsync(Walk walk)
    {
        const string Admin = "/_mfa/admin";
        var root = await walk.AddWithPhoneAsync("root", "admins");
        var ada = await walk.AddWithPhoneAsync("ada");
        var browser = walk.NewBrowser();
        Assert.Equal(Admin, (await root.SignInAsync(browser, Admin)).Url);

        var invited = await browser.SubmitAsync(
            await browser.GetAsync(Admin + "/invite"), ("username", "grace"), ("email", "grace@example.org"), ("name", "Grace"), ("groups", "staff"));
        await browser.GetAsync(invited.Text("link")!);

        var person = $"{Admin}/people/{ada.AccountId}";
        var reset = await browser.SubmitAsync(await browser.GetAsync(person + "/reset"), ("reason", "phone lost"), ("confirm", "true"));
        var code = reset.Text("enrollment-code")!;
        var phone = walk.NewBrowser();
        var offer = await phone.FollowAsync(await phone.SubmitAsync(await ada.GivePasswordAsync(phone), ("code", code)));
        Assert.NotNull(offer.Text("totp-secret"));

        foreach (var page in new[] { $"{Admin}?query=ada", person, $"{Admin}/audit?user=ada", $"{Admin}/audit?event=session" })
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(page)).Status);
    }

    private static async Task JsonAsync(Walk walk)
    {
        var ada = await walk.Gateway.AddPersonAsync();
        var client = new ApiClient(walk.NewBrowser());
        await client.PostAsync("/sign-in", new { userName = "ada", password = "the password of my bank" });
        (await client.SignInAsync(ada)).LeadsTo("enroll-totp");
        Assert.True(Base32.TryDecode((string)(await client.PostAsync("/enroll/totp"))["secret"]!, out var secret));
        (ada.Parameters, ada.Secret) = (Walk.Parameters, TotpSecret.FromBytes(secret));
        await client.PostAsync("/enroll/totp/confirm", new { code = ada.WrongCode });
        (await client.PostAsync("/enroll/totp/confirm", new { code = ada.CurrentCode, name = "Phone" })).LeadsTo("save-recovery-codes");
        var codes = (await client.GetAsync("/enroll/recovery-codes"))["codes"]!.AsArray();
        (await client.PostAsync("/enroll/recovery-codes/saved", new { })).LeadsTo("done");
        (await client.PostAsync("/account/recovery-codes")).LeadsTo("save-recovery-codes");
        var newer = (await client.GetAsync("/enroll/recovery-codes"))["codes"]!.AsArray();
        (await client.PostAsync("/enroll/recovery-codes/saved", new { })).LeadsTo("done");
        (await client.PostAsync("/account/password", new { currentPassword = ada.Password, newPassword = "seven-Brass-trumpets-in-fog" })).IsDone();
        (await client.PostAsync("/sign-out")).IsDone();

        (await client.PostAsync("/sign-in", new { userName = "ada", password = "seven-Brass-trumpets-in-fog" })).LeadsTo("totp");
        foreach (var code in new[] { "24681357", "2468", (string)codes[0]! })
            await client.PostAsync("/challenge/totp", new { code });
        (await client.PostAsync("/challenge/recovery-code", new { code = (string)codes[0]! })).Is(HttpStatusCode.Unauthorized, "wrong-answer");
        (await client.PostAsync("/challenge/recovery-code", new { code = (string)newer[0]! })).LeadsTo("done");
    }

    private static async Task MalformedJsonAsync(Walk walk)
    {
        const string Secret = "purple-Hedgehog-Summit-7";
        walk.Watch.Add("in a malformed document", Secret);
        var client = new ApiClient(walk.NewBrowser());
        foreach (var body in new[]
        {
            $$"""{"userName":"ada","password":"{{Secret}}",}""",
            $$"""{"userName":"ada","{{Secret}}":"x"}""",
            $$"""{"userName":"ada","password":"{{Secret}}","password":"{{Secret}}"}""",
            $$"""{"userName":"ada","password":["{{Secret}}"]}""",
            $"\"{Secret}\"",
            Secret,
        })
        {
            (await client.SendAsync(HttpMethod.Post, "/sign-in", ApiClient.Json(body))).Is(HttpStatusCode.BadRequest, "malformed-body");
        }

        var good = $$"""{"userName":"ada","password":"{{Secret}}"}""";
        await client.SendAsync(HttpMethod.Post, "/sign-in", new StringContent(good));
        await client.SendAsync(HttpMethod.Post, "/sign-in", ApiClient.Json(good), request => request.Headers.Remove("Mfa-Csrf"));
        await client.SendAsync(HttpMethod.Post, "/sign-in", ApiClient.Json(good), request => request.Headers.Add("Sec-Fetch-Site", "cross-site"));
        await client.SendAsync(HttpMethod.Post, "/sign-in", ApiClient.Json(good + new string(' ', 20_000)));
        await client.SendAsync(HttpMethod.Put, "/sign-in", ApiClient.Json(good));
        await client.SendAsync(HttpMethod.Post, "/sign-on", ApiClient.Json(good));
    }

    private static async Task FormsAsync(Walk walk)
    {
        var ada = await walk.AddWithPhoneAsync();
        var browser = walk.NewBrowser();
        var page = await browser.OpenAsync("/");
        KeyValuePair<string, string>[] fields = [new("username", "ada"), new("password", ada.Password)];

        await browser.PostAsync("/_mfa/sign-in", fields);
        await browser.PostAsync("/_mfa/sign-in", [.. fields, new("__RequestVerificationToken", "CfDJ8NotATokenOfOurs")]);
        await browser.PostAsync("/_mfa/sign-in", page.Form().Values.Concat(fields), request => request.Headers.Add("Sec-Fetch-Site", "cross-site"));
        await browser.PostAsync("/_mfa/sign-in", page.Form().Values.Concat(fields).Append(new("filler", new string('x', 20_000))));
        await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/_mfa/sign-in")
        {
            Content = new StringContent($$"""{ "username": "ada", "password": "{{ada.Password}}" }""", Encoding.UTF8, "application/json"),
        });
        await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/_mfa/sign-in")
        {
            Content = new MultipartFormDataContent { { new StringContent(ada.Password), "password" } },
        });

        browser.Cookies["mfa_session"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB";
        browser.Cookies["mfa_flow"] = "no-token-at-all-but-somebodys-secret";
        await browser.OpenAsync("/");
        await browser.GetAsync("/_mfa/challenge/totp");
    }

    private static async Task MalformedAsync(Walk walk)
    {
        const string Token = "c2VjcmV0LW9mLWEtbGluay1zb21lYm9keS1oYXM";
        walk.Watch.Add("token of a link", Token);
        foreach (var start in new[]
        {
            $"GET /_mfa/setup?token={Token} x HTTP/1.1\r\n",
            $"GET / HTTP/1.1\r\nCookie: mfa_session={Token}\0\r\n",
            $"GET /_mfa\\setup?token={Token} HTTP/1.1\r\n",
            $"GET /%zz?token={Token} HTTP/1.1\r\n",
            $"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\nAuthorization: Bearer {Token}\r\n",
            $"GET / HTTP/1.1\r\nX-Api-Key: {new string('x', 40_000)}{Token}\r\n",
            $"BREW /app?token={Token} HTTP/1.1\r\n",
            $"{Token} / HTTP/1.1\r\n",
        })
        {
            var answer = await walk.SendRawAsync($"{start}Host: localhost\r\nConnection: close\r\n\r\n");
            Assert.True(answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && !answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal), start + answer);
        }
    }

    private static async Task MissingAsync(Walk walk)
    {
        var browser = walk.NewBrowser();
        foreach (var url in new[]
        {
            "/_mfa/nothing?token=c2VjcmV0LW9mLWEtbGluay1zb21lYm9keS1oYXM",
            "/_mfa/link?token=c2VjcmV0LW9mLWEtbGluay1zb21lYm9keS1oYXM",
            "/_mfa/reset-password/set?token=c2VjcmV0LW9mLWEtbGluay1zb21lYm9keS1oYXM",
            "/_mfa/sign-in?returnUrl=https%3A%2F%2Fevil.example%2F%3Ftoken%3Dc2VjcmV0LW9mLWEtbGluay1zb21lYm9keS1oYXM",
            "/reset?token=c2VjcmV0LW9mLWEtbGluay1zb21lYm9keS1oYXM", // of the app: on to the sign-in and back in the return URL
        })
        {
            walk.Watch.Add("token of a link", "c2VjcmV0LW9mLWEtbGluay1zb21lYm9keS1oYXM");
            await browser.OpenAsync(url);
            await browser.SendAsync(new HttpRequestMessage(HttpMethod.Put, url));
        }
    }

    private static async Task AppAsync(Walk walk)
    {
        const string AppToken = "dG9rZW4tb2YtdGhlLWFwcC1pdHNlbGYtMTIzNDU";
        walk.Watch.Add("of the app", AppToken);
        walk.Watch.Add("of the app", "the-app's-own-session-cookie");
        walk.Watch.Add("of the app", "what somebody tells the app");
        var ada = await walk.AddWithPhoneAsync();
        var browser = walk.NewBrowser();
        walk.Gateway.Upstream.Answer = context =>
        {
            context.Response.Headers.SetCookie = "app=the-app's-own-session-cookie; HttpOnly";
            return context.Response.WriteAsync("hello from upstream");
        };
        await ada.SignInAsync(browser, $"/reset?token={AppToken}");
        await browser.GetAsync($"/reset?token={AppToken}#x", request =>
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("ada:what somebody tells the app"u8));
            request.Headers.Add("X-Api-Key", AppToken);
        });
        await browser.PostAsync("/login", [new("secret", "what somebody tells the app")]);
        foreach (var request in walk.Gateway.Upstream.Requests)
            walk.Watch.Add("assertion", request.Headers["X-Mfa-Assertion"]);
    }

    private static async Task BrokenAppAsync(Walk walk)
    {
        const string AppToken = "dG9rZW4tb2YtdGhlLWFwcC1pdHNlbGYtMTIzNDU";
        walk.Watch.Add("of the app", AppToken);
        var ada = await walk.AddWithPhoneAsync();
        var browser = walk.NewBrowser();
        await ada.SignInAsync(browser);
        walk.Gateway.Upstream.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        Assert.Equal(HttpStatusCode.BadGateway, (await browser.GetAsync($"/reset?token={AppToken}")).Status);
        await walk.Gateway.Upstream.DisposeAsync();
        Assert.Equal(HttpStatusCode.BadGateway, (await browser.PostAsync($"/reset?token={AppToken}", [new("password", ada.Password)])).Status);
    }

    private static async Task LostStoreAsync(Walk walk)
    {
        var ada = await walk.AddWithPhoneAsync();
        var browser = walk.NewBrowser();
        var signIn = await browser.OpenAsync("/");
        var page = await ada.GivePasswordAsync(browser);
        foreach (var file in StoreFiles.In(walk.Gateway.Get<Storage.DataDirectory>().Root))
            File.Delete(file);

        var answer = await browser.SubmitAsync(page, ("code", ada.CurrentCode));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        answer = await browser.PostAsync("/_mfa/sign-in", signIn.Form(("username", "ada"), ("password", ada.Password)).Values);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
    }
}
