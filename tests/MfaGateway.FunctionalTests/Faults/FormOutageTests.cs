using System.Net;
using MfaGateway.Configuration;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>A form that is sent while the store is away: the person has it again, with what was typed but for secrets, or a way back to it.</summary>
[OnStore(StoreProvider.Sqlite)]
public sealed class FormOutageTests
{
    [Fact]
    public async Task A_sign_in_form_comes_back_with_the_name_and_works_once_the_store_is_back() => await WithoutStoreAsync(async (gateway, ada, outage) =>
    {
        using var browser = gateway.NewBrowser();
        var page = await browser.OpenAsync("/notes");
        outage(true);

        var failed = await browser.SubmitAsync(page, ("username", ada.UserName), ("password", ada.Password));

        AssertComesBack(failed);
        Assert.Equal("ada", failed.Page.GetElementById("username")!.GetAttribute("value"));
        Assert.DoesNotContain(ada.Password, failed.Body, StringComparison.Ordinal);
        outage(false);
        var asked = await browser.SubmitAsync(failed, ("username", ada.UserName), ("password", ada.Password));
        Assert.Equal("/_mfa/challenge/totp?returnUrl=%2Fnotes", asked.Location);
    });

    [Fact]
    public async Task A_step_that_could_not_be_loaded_leads_back_to_its_form() => await WithoutStoreAsync(async (gateway, ada, outage) =>
    {
        using var browser = gateway.NewBrowser();
        var page = await ada.GivePasswordAsync(browser, "/notes");
        outage(true);

        var failed = await browser.SubmitAsync(page, ("code", ada.CurrentCode));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.Status);
        Assert.Equal("5", failed.Header("Retry-After"));
        var back = failed.Page.QuerySelector("main a.primary")!;
        Assert.Equal(("Back to the form", page.Url), (back.TextContent, back.GetAttribute("href")));
        outage(false);
        var again = await browser.GetAsync(back.GetAttribute("href")!);
        Assert.Equal("/notes", (await browser.SubmitAsync(again, ("code", ada.CurrentCode))).Location);
    });

    [Fact]
    public async Task Forms_that_send_mail_come_back_with_the_address() => await WithoutStoreAsync(async (gateway, _, outage) =>
    {
        using var browser = gateway.NewBrowser();
        var page = await browser.OpenAsync("/_mfa/sign-in/code?returnUrl=%2Fnotes");
        outage(true);

        var failed = await browser.SubmitAsync(page, ("email", "ada@example.org"));

        AssertComesBack(failed);
        Assert.Equal("ada@example.org", failed.Page.GetElementById("email")!.GetAttribute("value"));
    });

    private static void AssertComesBack(Visit failed)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.Status);
        Assert.Equal("5", failed.Header("Retry-After"));
        Assert.Contains("Try again in a few seconds.", failed.Text("error"), StringComparison.Ordinal);
        Assert.Empty(failed.Page.QuerySelectorAll("[aria-invalid]"));
        Assert.NotEmpty(failed.Page.Forms);
    }

    private static async Task WithoutStoreAsync(Func<GatewayUnderTest, TestPerson, Action<bool>, Task> tryAsync)
    {
        var directory = Directory.CreateTempSubdirectory("mfagateway-test-");
        try
        {
            await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
                .With("MfaGateway:DataDirectory", directory.FullName).With("MfaGateway:MagicCode:Enabled", "true"));
            var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
            var file = Path.Combine(directory.FullName, "gateway.db");
            await tryAsync(gateway, ada, isOut =>
            {
                if (isOut)
                    File.Move(file, file + ".gone");
                else if (File.Exists(file + ".gone"))
                    File.Move(file + ".gone", file);
            });
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
