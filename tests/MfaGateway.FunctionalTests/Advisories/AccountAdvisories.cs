using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using MfaGateway.FunctionalTests.MagicCodes;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Accounts that take something from others, or get more than they were made for.</summary>
public sealed class AccountAdvisories : MagicCodeTest
{
    private const string Store = "src/MfaGateway.Core/Accounts/AccountStore.cs";
    private const string Name = "ada@old.example";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Advisory("CVE-2024-1722", "Keycloak", "A new account has as its address the user name of another one, whose owner can't sign in by it afterwards", Store)]
    public async Task A_new_account_takes_no_user_name_away()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:MagicCode:Registration:0", "old.example"));
        Assert.IsType<AccountAddition.Added>(await gateway.Get<AccountService>().AddAsync(
            new(Name, "ada@new.example", null, [], TestPerson.DefaultPassword), Actor.Command, Token));
        using var newcomer = gateway.NewBrowser();

        await GiveAsync(newcomer, await AskAsync(newcomer, Name), (await MailedCode.NextAsync(gateway, Name)).Code);

        Assert.NotEqual(Greeting, (await newcomer.GetAsync("/wiki/page")).Body);
        var invited = await gateway.Get<AdministrationService>().InviteAsync("mallory", new AccountDetails(Name, "Mallory", []), Actor.Command, Token);
        Assert.Equal([AccountFault.EmailIsUserName], Assert.IsType<Invitation.Refused>(invited).Faults);
        Assert.Null(await gateway.Get<AccountStore>().FindByEmailAsync(Name, Token));
        using var owner = gateway.NewBrowser();
        var signIn = await owner.OpenAsync("/wiki/page");
        await owner.FollowAsync(await owner.SubmitAsync(signIn, ("username", Name), ("password", TestPerson.DefaultPassword)));
        Assert.Equal(Greeting, (await owner.GetAsync("/wiki/page")).Body);

        const string Other = "grace@old.example";
        await GiveAsync(newcomer, await AskAsync(newcomer, Other), (await MailedCode.NextAsync(gateway, Other)).Code);
        Assert.NotNull(await gateway.Get<AccountStore>().FindByEmailAsync(Other, Token));
    }

    [Fact]
    [Advisory("CVE-2022-23555", "authentik", "An invitation is opened at a page that enrols people with more rights than it was made for", Store)]
    public async Task An_invitation_gives_what_it_was_made_for_wherever_it_is_opened()
    {
        await using var gateway = await StartAsync();
        var made = Assert.IsType<Invitation.Made>(await gateway.Get<AdministrationService>().InviteAsync(
            "grace", new AccountDetails("grace@example.org", "Grace", ["readers"]), Actor.Command, Token));
        var secret = SecretToken.New();
        await gateway.Get<AccountStore>().SetSetupTokenAsync(secret.Hash, gateway.Time.GetUtcNow().AddHours(1), Token);
        var setup = secret.Reveal();
        var invitation = made.Link.Split("token=")[1];
        using var browser = gateway.NewBrowser();

        var (action, values) = (await browser.GetAsync($"/_mfa/setup?token={setup}")).Form(("username", "root"), ("email", "root@example.org"), ("password", TestPerson.DefaultPassword));
        await browser.PostAsync(action.Replace(setup, invitation, StringComparison.Ordinal), values.Select(pair => pair.Value == setup ? new(pair.Key, invitation) : pair));
        Assert.Null(await gateway.Get<AccountStore>().FindByUserNameAsync("root", Token));

        var form = await browser.GetAsync(made.Link);
        (action, values) = form.Form(("password", TestPerson.DefaultPassword));
        var set = await browser.PostAsync(action, values.Append(new("username", "root")).Append(new("groups", "admins")));
        Assert.Equal(HttpStatusCode.SeeOther, set.Status);
        Assert.Equal(["readers"], (await gateway.Get<AccountStore>().FindByUserNameAsync("grace", Token))!.Groups);
        Assert.Null(await gateway.Get<AccountStore>().FindByUserNameAsync("root", Token));
    }
}
