using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.FunctionalTests.Api;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A person signs in by user name or by e-mail address; an attacker gains neither guesses nor another account by it.</summary>
public sealed class SignInNameAttacks
{
    private const string Wrong = "the-Wrong-Teapot-17";

    [Theory]
    [InlineData("ada")]
    [InlineData("ada@example.org")]
    [InlineData("ADA@Example.ORG ")]
    public async Task The_user_name_and_the_address_sign_in_alike(string typed)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("app", "/{**path}", "one-factor"));
        await gateway.AddPersonAsync("ada");
        using var browser = gateway.NewBrowser();
        using var client = new ApiClient(gateway.NewBrowser());

        var page = await browser.FollowAsync(await GiveAsync(browser, typed, TestPerson.DefaultPassword));
        var answer = await client.PostAsync("/sign-in", new { userName = typed, password = TestPerson.DefaultPassword, returnUrl = "/" });

        Assert.Equal("hello from upstream", page.Body);
        Assert.Equal("ada", gateway.Upstream.Last.Headers["Remote-User"]);
        answer.LeadsTo("done");
    }

    [Fact]
    public async Task Guesses_count_under_the_account_whichever_name_is_typed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Attempts:Password:Count", "4")
            .With("MfaGateway:Attempts:PerAddress:Count", "1000")
            .Route("app", "/{**path}", "one-factor"));
        await gateway.AddPersonAsync("ada");
        using var guesser = gateway.NewBrowser();
        using var client = new ApiClient(gateway.NewBrowser());

        await GiveAsync(guesser, "ada", Wrong);
        await GiveAsync(guesser, "ada@example.org", Wrong);
        await GiveAsync(guesser, "ADA@EXAMPLE.ORG", Wrong);
        await client.PostAsync("/sign-in", new { userName = "Ada@example.org", password = Wrong, returnUrl = "/" });

        foreach (var typed in new[] { "ada", "ada@example.org" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await GiveAsync(guesser, typed, TestPerson.DefaultPassword)).Status);
        gateway.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.SeeOther, (await GiveAsync(guesser, "ada@example.org", TestPerson.DefaultPassword)).Status);
    }

    [Fact]
    public async Task The_address_of_another_person_is_not_taken_as_a_user_name_or_the_other_way_round()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync("ada");
        var administration = gateway.Get<AdministrationService>();

        var invited = await administration.InviteAsync(
            "ADA@example.org", new("mallory@example.org", string.Empty, []), Actor.Command, CancellationToken.None);
        Assert.Equal([AccountFault.UserNameIsAddress], Assert.IsType<Invitation.Refused>(invited).Faults);
        var added = await gateway.Get<AccountService>().AddAsync(
            new("ada@example.org", "mallory@example.org", null, [], TestPerson.DefaultPassword), Actor.Command, CancellationToken.None);
        Assert.Equal([AccountFault.UserNameIsAddress], Assert.IsType<AccountAddition.Refused>(added).Faults);

        await administration.InviteAsync("eve@example.com", new("eve@example.org", string.Empty, []), Actor.Command, CancellationToken.None);
        var account = (await gateway.Get<AccountStore>().FindAsync(ada.AccountId, CancellationToken.None))!;
        var edited = await administration.EditAsync(account, AccountDetails.Of(account) with { Email = "eve@example.com" }, Actor.Command, CancellationToken.None);
        Assert.Equal([AccountFault.EmailIsUserName], Assert.IsType<AccountEdit.Refused>(edited).Faults);
    }

    private static async Task<Visit> GiveAsync(Browser browser, string name, string password) =>
        await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-in"), ("username", name), ("password", password));
}
