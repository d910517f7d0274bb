using MfaGateway.BrowserTests.Chrome;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Throttling;
using MfaGateway.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Accessibility;

/// <summary>Walks past every page of the administration, with people in every state.</summary>
public sealed class EveryAdminPage(Chromium chromium) : Look(chromium)
{
    private static readonly string[] ManyGroups =
        [.. Enumerable.Range(1, 300).Select(number => $"cn=department-{number},ou=groups".Replace(',', ';')), "a-group-with-one-very-long-name-" + new string('x', 120)];

    [Fact]
    public async Task No_page_of_the_administration_breaks_a_rule_of_axe()
    {
        var grace = await FillAsync();
        await Ada.WithAuthenticatorAsync();
        await OpenAsync(Page, "/_mfa/admin");
        await GivePasswordAsync(Page);
        await GiveCodeAsync(Page, Ada.CurrentCode);
        await Assertions.Expect(Page.Locator("#people")).ToBeVisibleAsync();

        await LookAsync("admin");
        await OpenAndLookAsync("admin?query=person&group=staff");
        await OpenAndLookAsync("admin?query=nobody");
        await OpenAndLookAsync("admin?state=locked");
        await OpenAndLookAsync("admin/audit");
        await OpenAndLookAsync("admin/applications");
        await OpenAndLookAsync("admin/mail");
        await Assertions.Expect(Page.Locator("#mails")).ToContainTextAsync("Link to a new password");
        await OpenAndLookAsync($"admin/people/{Ada.AccountId}");
        await OpenAndLookAsync($"admin/people/{grace.AccountId}");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Unlock" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#notice")).ToContainTextAsync("Unlocked");
        await LookAsync("admin/people, unlocked");
        await OpenAndLookAsync($"admin/people/{grace.AccountId}/edit");
        await OpenAndLookAsync($"admin/people/{grace.AccountId}/sign-in-methods");
        await OpenAndLookAsync($"admin/people/{Ada.AccountId}/disable");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Disable" }).ClickAsync();
        await LookAsync("admin/people/disable, the last administrator");

        await OpenAndLookAsync($"admin/people/{grace.AccountId}/rename");
        await Page.GetByLabel("New username").FillAsync("ada");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await LookAsync("admin/people/rename, refused");
        await OpenAndLookAsync($"admin/people/{Ada.AccountId}/delete");
        await OpenAndLookAsync($"admin/people/{grace.AccountId}/delete");
        await Page.GetByLabel("To confirm, enter the username").FillAsync("ada");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await LookAsync("admin/people/delete, refused");
        await OpenAndLookAsync("admin?notice=deleted");

        await OpenAndLookAsync("admin/invite");
        await Page.GetByLabel("User name").FillAsync("ada");
        await Page.GetByLabel("E-mail address").FillAsync("ada@example.org");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Invite" }).ClickAsync();
        await LookAsync("admin/invite, refused");
        await Page.GetByLabel("User name").FillAsync("mary");
        await Page.GetByLabel("E-mail address").FillAsync("mary@example.org");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Invite" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#link")).ToBeVisibleAsync();
        await LookAsync("admin/invite, made");
        await OpenAsync(Page, await Page.Locator("#link").InnerTextAsync());
        await LookAsync("reset-password/set");
        await OpenAndLookAsync("reset-password/set?token=nonsense");

        await OpenAndLookAsync($"admin/people/{grace.AccountId}/link");
        await OpenAndLookAsync($"admin/people/{grace.AccountId}/reset");
        await Page.GetByLabel("Reason").FillAsync("phone lost on the train");
        await Page.GetByLabel("I am sure").CheckAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Reset the second factor" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#enrollment-code")).ToBeVisibleAsync();
        await LookAsync("admin/people/reset, done");

        await OpenAsync(Page, "/_mfa/sign-in?returnUrl=%2Fnotes");
        await Page.GetByLabel("Username or email").FillAsync(grace.UserName);
        await Page.GetByLabel("Password").FillAsync(grace.Password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(Page.GetByLabel("Code from your administrator")).ToBeVisibleAsync();
        await LookAsync("enroll/code");

        Assert.True(Faults.Count == 0, string.Join('\n', Faults));
    }

    /// <summary>People enough for a second page, and one with everything.</summary>
    private async Task<TestPerson> FillAsync()
    {
        var administration = Gateway.Get<AdministrationService>();
        for (var number = 0; number < 60; number++)
        {
            var details = new AccountDetails($"person{number}@a-rather-long-company-name.example.org", $"Person with the number {number}", number == 2 ? ManyGroups : ["staff", "night shift"]);
            await administration.InviteAsync($"person{number}", details, Actor.Command, CancellationToken.None);
        }

        var gone = await administration.FindByNameAsync("person1", CancellationToken.None);
        await administration.SetDisabledAsync(gone!, disabled: true, Actor.Command, CancellationToken.None);
        var ada = await administration.FindAsync(Ada.AccountId, CancellationToken.None);
        await administration.EditAsync(ada!, AccountDetails.Of(ada!) with { Groups = ["admins"] }, Actor.Command, CancellationToken.None);

        await FailMailAsync(ada!);
        var grace = await (await Gateway.AddPersonAsync("grace", "staff")).WithAuthenticatorAsync();
        using var browser = Gateway.NewBrowser();
        await grace.SignInAsync(browser);
        await LockAsync(grace);
        return grace;
    }

    /// <summary>A link that nobody can be sent any more.</summary>
    private async Task FailMailAsync(Account account)
    {
        var at = Gateway.Time.GetUtcNow().AddHours(-1);
        var mail = Gateway.Get<Mails>().PasswordReset(MailRequest.For(account, at, Actor.Command), "https://apps.example.org/x", at.AddMinutes(30));
        await Gateway.Get<MailOutbox>().EnqueueAsync([mail], CancellationToken.None);
        await Gateway.Get<MailOutbox>().DropLateAsync(Gateway.Time.GetUtcNow(), CancellationToken.None);
    }

    /// <summary>A lock that opens by itself, and one that does not.</summary>
    private async Task LockAsync(TestPerson person)
    {
        Gateway.Get<AttemptOptions>().PerAccount.InARow = 10;
        for (var flow = 0; flow < 2; flow++)
        {
            using var thief = Gateway.NewBrowser();
            var asked = await person.GivePasswordAsync(thief);
            for (var guess = 0; guess < 5; guess++)
                await thief.SubmitAsync(asked, ("code", person.WrongCode));
        }
    }
}
