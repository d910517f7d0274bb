using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.MagicCodes;

/// <summary>A gateway where one signs in by e-mail, to an app that one factor opens and to one that two open.</summary>
public abstract class MagicCodeTest
{
    protected const string Greeting = "hello from upstream";

    protected static Task<GatewayUnderTest> StartAsync(Action<GatewaySetup>? more = null) => GatewayUnderTest.StartAsync(setup =>
    {
        Configure(setup);
        more?.Invoke(setup);
    });

    protected static void Configure(GatewaySetup setup) => setup
        .Route("wiki", "/wiki/{**path}", "one-factor").Route("books", "/{**path}", null)
        .With("MfaGateway:MagicCode:Enabled", "true");

    /// <summary>Opens a page and asks for a code.</summary>
    /// <returns>The page that asks for it.</returns>
    protected static async Task<Visit> AskAsync(Browser browser, string email = "ada@example.org", string url = "/wiki/page")
    {
        var signIn = await browser.OpenAsync(url);
        var form = await browser.GetAsync(signIn.Page.QuerySelector("a[href*='/sign-in/code']")!.GetAttribute("href")!);
        var asked = await browser.SubmitAsync(form, ("email", email));
        Assert.Equal(HttpStatusCode.SeeOther, asked.Status);
        return await browser.FollowAsync(asked);
    }

    protected static async Task<Visit> GiveAsync(Browser browser, Visit asked, string code) =>
        await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", code)));

    protected static Task<Visit> SendAnotherAsync(Browser browser, Visit asked)
    {
        var form = asked.Page.Forms.Single(one => one.GetAttribute("action")?.Contains("handler=send", StringComparison.Ordinal) == true);
        var fields = form.QuerySelectorAll("input[type='hidden']")
            .Select(input => new KeyValuePair<string, string>(input.GetAttribute("name")!, input.GetAttribute("value")!));
        return browser.PostAsync(form.GetAttribute("action")!, fields);
    }

    /// <summary>
    /// That nobody got a mail but these, a mail each. Codes and links go out in the order of their times, so once that of
    /// <paramref name="last"/>, asked for now, is there, every one that was to go out before is there, too.
    /// </summary>
    /// <param name="askAsync">Asks for a mail to the address of somebody who has had none.</param>
    protected static async Task MailedOnlyAsync(GatewayUnderTest gateway, string[] addresses, string last, Func<string, Task> askAsync)
    {
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        await askAsync(last);
        await gateway.Mail.NextAsync(last);
        Assert.Equal([.. addresses.Append(last).Order(StringComparer.Ordinal)], gateway.Mail.All().Select(mail => mail.ToAddress).Order(StringComparer.Ordinal));
    }

    /// <summary>A code of the right length that is none of the given ones.</summary>
    protected static string WrongCode(params string[] right) =>
        Enumerable.Range(0, 20).Select(n => $"{135_790 + n}").First(code => !right.Contains(code, StringComparer.Ordinal));
}
