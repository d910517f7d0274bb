using System.Net;
using MfaGateway.FunctionalTests.Api;
using MfaGateway.FunctionalTests.MagicCodes;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Secrets;

/// <summary>What people and strangers do with mailed codes and links, watched as <see cref="WatchedJourneys"/> are. What stands in a mail is added here.</summary>
internal static class WatchedMail
{
    private const string Ada = "ada@example.org";

    public static readonly IReadOnlyDictionary<string, Func<Walk, Task>> All = new Dictionary<string, Func<Walk, Task>>(StringComparer.Ordinal)
    {
        ["mailed codes are wrong, malformed, right, replayed and late"] = CodesAsync,
        ["too many mailed codes are wrong"] = TooManyAsync,
        ["a mailed link is opened in the browser that asked"] = LinkHereAsync,
        ["a mailed link is opened elsewhere, with a wrong number and the right one"] = LinkElsewhereAsync,
        ["a mailed code follows a password, and proves it again"] = SecondFactorAsync,
        ["mailed codes are given by JSON"] = JsonAsync,
        ["somebody registers by a mailed code"] = RegistrationAsync,
        ["mail can't be delivered"] = UndeliverableAsync,
        ["the store is lost between the mail and the code"] = LostStoreAsync,
    };

    public static void Configure(GatewaySetup setup) => setup
        .With("MfaGateway:MagicCode:Enabled", "true")
        .With("MfaGateway:MagicCode:Registration:0", "example.com")
        .With("MfaGateway:MagicCode:Digits", "8") // six digits stand in some line by chance
        .With("MfaGateway:PublicOrigin", MailedCode.Origin)
        .With("MfaGateway:TrustedProxies:0", "127.0.0.0/8")
        .With("MfaGateway:Policies:mailed:Factors", "two-factor +magic-code")
        .With("MfaGateway:Policies:mailed:MaxAge", "00:05:00")
        .Route("wiki", "/wiki/{**path}", "one-factor")
        .Route("mailed", "/mailed/{**path}", "mailed");

    private static async Task CodesAsync(Walk walk)
    {
        await walk.Gateway.AddPersonAsync();
        var browser = walk.NewBrowser();
        var asked = await AskAsync(browser);
        var mail = await NextMailAsync(walk);
        var thief = browser.Clone();
        foreach (var typed in new[] { "24681357", "24 68 13 57 9", "abcdefgh", $" {mail.Code[..4]}-{mail.Code[4..]} x" })
            await browser.SubmitAsync(asked, ("code", typed));
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", mail.Code)))).Body);
        await thief.SubmitAsync(asked, ("code", mail.Code));
        await thief.GetAsync(mail.Link!);

        walk.Gateway.Time.Advance(TimeSpan.FromMinutes(2));
        var other = walk.NewBrowser();
        asked = await AskAsync(other);
        var late = await NextMailAsync(walk);
        walk.Gateway.Time.Advance(TimeSpan.FromMinutes(11));
        await other.SubmitAsync(asked, ("code", late.Code));
        await other.GetAsync(late.Link!);
        thief.Dispose();
    }

    private static async Task TooManyAsync(Walk walk)
    {
        await walk.Gateway.AddPersonAsync();
        var browser = walk.NewBrowser();
        foreach (var email in (string[])[Ada, "nobody@example.org"])
        {
            var asked = await AskAsync(browser, email);
            for (var wrong = 0; wrong < 6; wrong++)
                await browser.SubmitAsync(asked, ("code", $"2468135{wrong}"));
        }

        var mail = await NextMailAsync(walk);
        await browser.GetAsync(mail.Link!);
        Assert.Empty(walk.Gateway.Upstream.Requests);
    }

    private static async Task LinkHereAsync(Walk walk)
    {
        await walk.Gateway.AddPersonAsync();
        var browser = walk.NewBrowser();
        await AskAsync(browser);
        var link = (await NextMailAsync(walk)).Link!;
        foreach (var method in (HttpMethod[])[HttpMethod.Head, HttpMethod.Options, HttpMethod.Put])
            await browser.SendAsync(new HttpRequestMessage(method, link));
        await browser.PostAsync(link, []);
        await browser.GetAsync(link + "x");
        var page = await browser.GetAsync(link);
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(page))).Body);
        await browser.SubmitAsync(page);
    }

    private static async Task LinkElsewhereAsync(Walk walk)
    {
        await walk.Gateway.AddPersonAsync();
        var phone = walk.NewBrowser();
        foreach (var isRight in (bool[])[false, true])
        {
            var waiting = walk.NewBrowser();
            var asked = await AskAsync(waiting);
            var wait = await waiting.GetAsync(asked.Page.QuerySelector("a[href*='/challenge/code/wait']")!.GetAttribute("href")!);
            var number = wait.Text("match-number")!;
            WatchNumber(walk.Watch, number);
            var page = await phone.GetAsync((await NextMailAsync(walk)).Link!);
            await phone.SubmitAsync(page, ("number", "many"));
            await phone.SubmitAsync(page, ("number", isRight ? number : number == "10" ? "11" : "10"));
            var there = await waiting.GetAsync(wait.Url);
            if (isRight)
                await waiting.FollowAsync(await waiting.PostAsync(there.Form().Action, there.Form().Values));
            walk.Gateway.Time.Advance(TimeSpan.FromSeconds(61));
        }

        Assert.Single(walk.Gateway.Upstream.Requests);
    }

    private static async Task SecondFactorAsync(Walk walk)
    {
        var ada = await walk.Gateway.AddPersonAsync();
        var browser = walk.NewBrowser();
        var offer = await ada.GivePasswordAsync(browser, "/mailed/box");
        Assert.Equal("hello from upstream", (await GiveMailedAsync(walk, browser, offer)).Body);

        walk.Gateway.Time.Advance(TimeSpan.FromMinutes(6));
        var again = await GiveMailedAsync(walk, browser, await browser.OpenAsync("/mailed/box"));
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(again, ("password", ada.Password)))).Body);
    }

    private static async Task JsonAsync(Walk walk)
    {
        var ada = await walk.Gateway.AddPersonAsync();
        var client = new ApiClient(walk.NewBrowser());
        var asked = (await client.PostAsync("/sign-in/code", new { email = Ada, returnUrl = "/wiki/page" })).LeadsTo("magic-code");
        WatchNumber(walk.Watch, ((int)asked["mailedCode"]!["matchNumber"]!).ToString(System.Globalization.CultureInfo.InvariantCulture));
        var mail = await NextMailAsync(walk);
        foreach (var code in (string[])["24681357", "2468", "abcdefgh"])
            await client.PostAsync("/challenge/code", new { code });
        await client.SendAsync(HttpMethod.Post, "/challenge/code", ApiClient.Json($$"""{"code":"{{mail.Code}}",}"""));
        await client.SendAsync(HttpMethod.Post, "/challenge/code", ApiClient.Json($$"""{"code":{{mail.Code}}}"""));
        await client.SendAsync(HttpMethod.Post, "/challenge/code", new StringContent($$"""{"code":"{{mail.Code}}"}"""));
        await client.PostAsync("/challenge/code/continue", new { });
        (await client.PostAsync("/challenge/code", new { code = mail.Code })).LeadsTo("done");
        await client.PostAsync("/challenge/code", new { code = mail.Code });

        walk.Gateway.Time.Advance(TimeSpan.FromMinutes(2));
        var second = new ApiClient(walk.NewBrowser());
        (await second.SignInAsync(ada, "/mailed/box")).LeadsTo("magic-code");
        (await second.PostAsync("/challenge/code/send")).LeadsTo("magic-code");
        (await second.PostAsync("/challenge/code", new { code = (await NextMailAsync(walk)).Code })).LeadsTo("done");
    }

    private static async Task RegistrationAsync(Walk walk)
    {
        const string Grace = "grace@example.com";
        await walk.Gateway.AddPersonAsync();
        var browser = walk.NewBrowser();
        var asked = await AskAsync(browser, Grace);
        await browser.SubmitAsync(asked, ("code", "24681357"));
        var mail = await NextMailAsync(walk, Grace);
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", mail.Code)))).Body);
        await browser.GetAsync(mail.Link!);
    }

    private static async Task UndeliverableAsync(Walk walk)
    {
        await walk.Gateway.AddPersonAsync();
        await File.WriteAllTextAsync(walk.Gateway.Mail.Path, "in the way", CancellationToken.None);
        var browser = walk.NewBrowser();
        var asked = await AskAsync(browser);
        await Eventually.IsAsync(async () =>
            (await walk.Gateway.Get<Core.Mail.MailOutbox>().ListAsync(after: null, 1, CancellationToken.None)).Count > 0);
        File.Delete(walk.Gateway.Mail.Path);
        walk.Gateway.Time.Advance(TimeSpan.FromSeconds(6));
        var mail = await NextMailAsync(walk);
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", mail.Code)))).Body);
    }

    private static async Task LostStoreAsync(Walk walk)
    {
        await walk.Gateway.AddPersonAsync();
        var browser = walk.NewBrowser();
        var asked = await AskAsync(browser);
        var mail = await NextMailAsync(walk);
        var page = await browser.GetAsync(mail.Link!);
        foreach (var file in StoreFiles.In(walk.Gateway.Get<Storage.DataDirectory>().Root))
            File.Delete(file);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.SubmitAsync(asked, ("code", mail.Code))).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.SubmitAsync(page)).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.GetAsync(mail.Link!)).Status);
    }

    private static async Task<Visit> AskAsync(Browser browser, string email = Ada)
    {
        var form = await browser.GetAsync("/_mfa/sign-in/code?returnUrl=%2Fwiki%2Fpage");
        return await browser.FollowAsync(await browser.SubmitAsync(form, ("email", email)));
    }

    /// <summary>On the page of a step that offers a code: has it sent and gives it.</summary>
    private static async Task<Visit> GiveMailedAsync(Walk walk, Browser browser, Visit offer)
    {
        var (action, values) = offer.Form();
        var asked = await browser.FollowAsync(await browser.PostAsync(action, values));
        return await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", (await NextMailAsync(walk)).Code)));
    }

    private static async Task<MailedCode> NextMailAsync(Walk walk, string to = Ada)
    {
        var mail = await MailedCode.NextAsync(walk.Gateway, to);
        walk.Watch.Add("mailed code", mail.Code);
        walk.Watch.Add("token of a link", mail.Link![(mail.Link!.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        return mail;
    }

    /// <summary>Two digits stand everywhere; with its name before it a number is this one.</summary>
    private static void WatchNumber(SecretWatch watch, string number)
    {
        foreach (var name in (string[])["number=", "number: ", "number\":", "MatchNumber = ", "match_number=", "the number "])
            watch.Add("match number", name + number);
    }
}
