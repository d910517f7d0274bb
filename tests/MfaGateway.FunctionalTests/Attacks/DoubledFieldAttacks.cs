using System.Net;
using MfaGateway.Core.Auditing;
using MfaGateway.FunctionalTests.Api;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A form that says a thing twice, which two readers understand in two ways, is not looked at.</summary>
public sealed class DoubledFieldAttacks
{
    public static TheoryData<string, string> DoubledCodes => new()
    {
        { "", "code=right&code=wrong" },
        { "", "code=wrong&code=right" },
        { "", "code=right&code=right" },
        { "", "code=right&Code=wrong" },
        { "", "code=right&c%6fde=wrong" },
        { "?code=right", "code=wrong" },
        { "?code=wrong", "code=right" },
        { "?code=right", "" },
        { "?CODE=right", "x=1" },
        { "", "code=right&rememberBrowser=true&rememberBrowser=false" },
        { "?returnUrl=%2Fa", "code=right&returnUrl=%2Fb" },
        { "?returnUrl=%2Fa&returnUrl=%2Fb", "code=right" },
        { "", "code=right&unknown=1&unknown=2" },
    };

    [Theory]
    [MemberData(nameof(DoubledCodes))]
    public async Task A_code_that_is_sent_twice_is_refused_and_counts_for_nothing(string query, string body)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        var token = asked.Form(("code", "x")).Values.Single(value => value.Key == "__RequestVerificationToken").Value;

        for (var time = 0; time < 12; time++)
        {
            var sent = await PostAsync(browser, "/_mfa/challenge/totp" + Fill(query), $"__RequestVerificationToken={token}&{Fill(body)}");
            Assert.Equal(HttpStatusCode.BadRequest, sent.Status);
            Assert.Contains("Nothing was checked", sent.Body, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("mfa_session", browser.Cookies.Keys);
        var audit = await gateway.Get<AuditStore>().ListAsync(before: null, 1000, CancellationToken.None);
        Assert.DoesNotContain(audit, entry => entry.Entry.Detail?.StartsWith("Totp", StringComparison.Ordinal) == true);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(asked, ("code", ada.CurrentCode))).Status);

        string Fill(string text) => text
            .Replace("right", ada.CurrentCode, StringComparison.Ordinal).Replace("wrong", ada.WrongCode, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "username=ada&username=bob&password=secret")]
    [InlineData("", "username=ada&password=secret&password=other")]
    [InlineData("?username=bob", "username=ada&password=secret")]
    [InlineData("?username=ada&password=secret", "")]
    [InlineData("?password=secret", "username=ada")]
    public async Task Names_and_passwords_that_are_sent_twice_or_in_the_address_sign_nobody_in(string query, string body)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("app", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var page = await browser.OpenAsync("/");
        var token = page.Form(("username", "x")).Values.Single(value => value.Key == "__RequestVerificationToken").Value;

        var sent = await PostAsync(browser, "/_mfa/sign-in" + Fill(query), $"__RequestVerificationToken={token}&{Fill(body)}");

        Assert.Equal(HttpStatusCode.BadRequest, sent.Status);
        Assert.DoesNotContain("mfa_session", browser.Cookies.Keys);
        Assert.Empty(await gateway.Get<AuditStore>().ListAsync(before: null, 10, CancellationToken.None) is { } all
            ? all.Where(entry => entry.Entry.Event == AuditEvents.FactorChecked) : []);

        string Fill(string text) => text.Replace("secret", ada.Password, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_page_takes_a_field_twice()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:MagicCode:Enabled", "true"));
        using var browser = gateway.NewBrowser();

        foreach (var page in new[]
        {
            "sign-in", "sign-in/code", "sign-out", "signed-out", "setup", "link", "reset-password", "reset-password/set", "challenge", "challenge/totp",
            "challenge/code", "challenge/code/wait", "challenge/recovery-code", "challenge/password", "enroll/totp", "enroll/code", "enroll/recovery-codes",
        })
        {
            var sent = await PostAsync(browser, "/_mfa/" + page, "some=1&some=2");
            Assert.True(sent.Status == HttpStatusCode.BadRequest && sent.Body.Contains("the field some twice", StringComparison.Ordinal), page);
        }
    }

    [Theory]
    [InlineData("""{"code":"right","code":"wrong"}""")]
    [InlineData("""{"code":"wrong","code":"right"}""")]
    [InlineData("""{"code":"wrong","c\u006fde":"right"}""")]
    [InlineData("""{"code":"wrong","Code":"right"}""")]
    public async Task The_api_takes_no_member_twice(string json)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await client.SignInAsync(ada);

        var sent = await client.SendAsync(
            HttpMethod.Post, "/challenge/totp",
            ApiClient.Json(json.Replace("right", ada.CurrentCode, StringComparison.Ordinal).Replace("wrong", ada.WrongCode, StringComparison.Ordinal)));

        Assert.Equal(HttpStatusCode.BadRequest, sent.Status);
        (await client.PostAsync("/challenge/totp", new { code = ada.CurrentCode })).LeadsTo("done");
    }

    private static Task<Visit> PostAsync(Browser browser, string url, string body) => browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, url)
    {
        Content = new StringContent(body, System.Text.Encoding.ASCII, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded")),
    });
}
