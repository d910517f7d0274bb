using MfaGateway.BrowserTests.Chrome;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Journeys;

/// <summary>The next person at a shared computer presses Back.</summary>
public sealed class BackAfterSigningOut(Chromium chromium) : Journey(chromium)
{
    [Theory]
    [InlineData(null)]
    [InlineData("max-age=3600")]
    public async Task Back_shows_no_protected_page(string? rule)
    {
        Gateway.Upstream.Answer = context =>
        {
            context.Response.ContentType = "text/html";
            context.Response.Headers.LastModified = "Thu, 01 Jan 2004 00:00:00 GMT";
            if (rule is not null)
                context.Response.Headers.CacheControl = rule;
            return context.Response.WriteAsync($"<!doctype html><title>app</title>{Greeting} <a href=\"/_mfa/sign-out\">Leave</a>");
        };
        await SignInWithPhoneAsync("/notes");
        await OpenAsync(Page, "/notes/secret");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Leave" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await SeesHeadingAsync(Page, "You are signed out");

        while (!Page.Url.EndsWith("/notes/secret", StringComparison.Ordinal) && !Page.Url.Contains("returnUrl=%2Fnotes%2Fsecret", StringComparison.Ordinal))
            Assert.NotNull(await Page.GoBackAsync());

        await SeesHeadingAsync(Page, "Sign in");
        await Assertions.Expect(Page.Locator("body")).Not.ToContainTextAsync(Greeting);
    }
}
