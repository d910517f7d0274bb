using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Sessions;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Whoever knows the old password is out with the new one, however cleverly they time it.</summary>
public sealed class PasswordChangeAttacks
{
    [Fact]
    public async Task No_sign_in_with_the_old_password_outlives_the_new_one()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("wiki", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        var thieves = Enumerable.Range(0, 40).Select(_ => gateway.NewBrowser()).ToArray();
        var pages = await Task.WhenAll(thieves.Select(thief => thief.OpenAsync("/")));

        var posts = thieves.Zip(pages, (thief, page) => thief.SubmitAsync(page, ("username", ada.UserName), ("password", ada.Password))).ToArray();
        await Task.WhenAny(posts);
        var changed = await gateway.Get<AccountService>().SetPasswordAsync(
            (await gateway.Get<AccountStore>().FindAsync(ada.AccountId, CancellationToken.None))!, "another-Brass-kettle-17", Actor.Command, CancellationToken.None);
        Assert.IsType<PasswordChange.Changed>(changed);
        await Task.WhenAll(posts);

        Assert.Empty(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
        foreach (var thief in thieves)
            thief.Dispose();
    }

    [Theory]
    [InlineData("/a%00")]
    [InlineData("/%zz")]
    [InlineData("/a%ff")]
    [InlineData("/..%2f..")]
    public async Task A_return_url_that_would_be_refused_is_no_fault(string returnUrl)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();

        var signIn = await browser.GetAsync("/_mfa/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl));
        var answer = await browser.SubmitAsync(signIn, ("username", ada.UserName), ("password", ada.Password));

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
    }
}
