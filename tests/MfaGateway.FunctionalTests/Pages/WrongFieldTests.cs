using System.Net;
using AngleSharp.Dom;
using MfaGateway.FunctionalTests.MagicCodes;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Pages;

/// <summary>A field is marked as wrong where what was typed is wrong, and not where the time, the number of tries or the tab is.</summary>
public sealed class WrongFieldTests : MagicCodeTest
{
    [Fact]
    public async Task A_wrong_value_marks_its_field_and_describes_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();

        var wrong = await browser.SubmitAsync(await ada.GivePasswordAsync(browser), ("code", ada.WrongCode));

        var field = wrong.Page.GetElementById("code")!;
        Assert.Equal(("true", "error code-hint"), (field.GetAttribute("aria-invalid"), field.GetAttribute("aria-describedby")));
    }

    [Theory]
    [InlineData("ada", "", "password")]
    [InlineData("", "secret", "username")]
    [InlineData("", "", "username password")]
    [InlineData("ada", "secret", "username password")] // which of both is wrong is not told
    public async Task Of_a_name_and_a_password_the_missing_one_is_marked(string userName, string password, string marked)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        var refused = await browser.SubmitAsync(await browser.OpenAsync("/"), ("username", userName), ("password", password));

        Assert.Equal(marked, string.Join(' ', refused.Page.QuerySelectorAll("[aria-invalid]").Select(field => field.Id)));
    }

    [Fact]
    public async Task Asking_for_another_code_too_early_is_answered_at_the_button_and_marks_nothing()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser);

        var early = await SendAnotherAsync(browser, asked);

        Assert.Equal(HttpStatusCode.TooManyRequests, early.Status);
        AssertNothingMarked(early);
        var notice = early.Page.GetElementById("error")!;
        Assert.Equal("alert", notice.GetAttribute("role"));
        Assert.Contains("info", notice.ClassList);
        Assert.NotNull(notice.Closest("section")!.QuerySelector("form[action*='handler=send']"));
    }

    [Fact]
    public async Task Neither_limits_nor_other_tabs_nor_missing_cookies_mark_a_field()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Attempts:PerAddress:Count", "3"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        var (action, values) = asked.Form(("code", ada.CurrentCode));

        var otherTab = await browser.PostAsync(action, values.Select(value => value.Key == "flow" ? new(value.Key, "another") : value));
        Assert.Equal(HttpStatusCode.BadRequest, otherTab.Status);
        AssertNothingMarked(otherTab);

        var outdated = await browser.PostAsync(action, values.Where(value => value.Key != "__RequestVerificationToken"));
        Assert.Equal(HttpStatusCode.BadRequest, outdated.Status);
        AssertNothingMarked(outdated);

        using var stranger = gateway.NewBrowser();
        var signIn = await stranger.OpenAsync("/");
        for (var attempt = 0; attempt < 3; attempt++)
            await stranger.SubmitAsync(signIn, ("username", "ada"), ("password", "wrong"));
        var limited = await stranger.SubmitAsync(signIn, ("username", "ada"), ("password", "wrong"));
        Assert.Equal(HttpStatusCode.TooManyRequests, limited.Status);
        AssertNothingMarked(limited);
    }

    private static void AssertNothingMarked(Visit visit)
    {
        Assert.NotNull(visit.Text("error"));
        Assert.Empty(visit.Page.QuerySelectorAll("[aria-invalid]"));
        Assert.DoesNotContain(visit.Page.QuerySelectorAll("input"), field => field.GetAttribute("aria-describedby")?.Contains("error", StringComparison.Ordinal) == true);
    }
}
