using System.Net;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>
/// What is left of wrong answers and of known browsers when a second factor goes, by whomever, and when a password changes.
/// Strangers here have an address of their own, so that only what belongs to the account is in their way.
/// </summary>
public sealed class CleanSlateJourneys : IAsyncLifetime
{
    private const string NewPassword = "another-Brass-kettle-17";

    private GatewayUnderTest _gateway = null!;
    private TestPerson _root = null!;
    private TestPerson _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Attempts:PerChallenge", "10")
            .With("MfaGateway:Attempts:PerAddress:Count", "1000")
            .With("MfaGateway:Attempts:PerAddress:PerHour", "1000")
            .With("MfaGateway:Attempts:PerAddress:PerDay", "1000"));
        _root = await (await _gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        _ada = await (await _gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task After_a_reset_the_new_phone_has_the_whole_budget_and_its_first_cool_down_is_short()
    {
        Assert.Equal("900", await GuessUntilClosedAsync());
        _gateway.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal("1800", await GuessUntilClosedAsync());

        var code = await ResetAsync();
        using var adas = _gateway.NewBrowser();
        var asked = await _ada.GivePasswordAsync(adas);
        await EnrolAsync(adas, await adas.FollowAsync(await adas.SubmitAsync(asked, ("code", code))));

        _gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await SignInAfterWrongCodesAsync(9);
        Assert.Equal("900", await GuessUntilClosedAsync());
    }

    [Fact]
    public async Task Whoever_removes_the_last_phone_and_enrols_again_has_the_whole_budget()
    {
        using (var thief = _gateway.NewBrowser())
            await GuessAsync(thief, await _ada.GivePasswordAsync(thief), 9);
        using var adas = _gateway.NewBrowser();
        await _ada.SignInAsync(adas);

        var phones = await adas.GetAsync("/_mfa/account/authenticators");
        var remove = await adas.GetAsync(phones.Page.QuerySelector("a[href*='remove']")!.GetAttribute("href")!);
        Assert.Equal(HttpStatusCode.SeeOther, (await adas.SubmitAsync(remove)).Status);
        Assert.Empty(await _gateway.Get<TotpStore>().ListAsync(_ada.AccountId, CancellationToken.None));
        await EnrolAsync(adas, await adas.OpenAsync("/"));

        _gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await SignInAfterWrongCodesAsync(9);
        Assert.Equal("900", await GuessUntilClosedAsync());
    }

    [Fact]
    public async Task A_phone_that_is_removed_beside_another_one_takes_no_wrong_code_with_it()
    {
        await _ada.WithAuthenticatorAsync();
        using (var thief = _gateway.NewBrowser())
            await GuessAsync(thief, await _ada.GivePasswordAsync(thief), 9);
        using var adas = _gateway.NewBrowser();
        await _ada.SignInAsync(adas);

        var phones = await adas.GetAsync("/_mfa/account/authenticators");
        var remove = await adas.GetAsync(phones.Page.QuerySelector("a[href*='remove']")!.GetAttribute("href")!);
        Assert.Equal(HttpStatusCode.SeeOther, (await adas.SubmitAsync(remove)).Status);
        Assert.Single(await _gateway.Get<TotpStore>().ListAsync(_ada.AccountId, CancellationToken.None));

        using var next = _gateway.NewBrowser();
        var asked = await _ada.GivePasswordAsync(next);
        await GuessAsync(next, asked, 1);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await next.SubmitAsync(asked, ("code", _ada.WrongCode))).Status);
    }

    [Fact]
    public async Task After_a_reset_the_browsers_of_before_are_strangers_to_the_account()
    {
        using var adas = _gateway.NewBrowser();
        await _ada.SignInAsync(adas);
        adas.Cookies.Remove("mfa_session");
        await CloseToStrangersAsync();
        Assert.StartsWith("/_mfa/challenge/totp", (await _ada.GivePasswordAsync(adas)).Url, StringComparison.Ordinal);

        await ResetAsync();
        await CloseToStrangersAsync();

        using var stranger = _gateway.NewBrowser();
        var (refused, other) = (await _ada.GivePasswordAsync(adas), await _ada.GivePasswordAsync(stranger));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (refused.Status, other.Status));
        Assert.Equal(other.Text("error"), refused.Text("error"));
    }

    [Fact]
    public async Task After_a_change_of_the_password_the_owner_is_still_let_in_on_the_known_browsers_while_strangers_are_not()
    {
        using var here = _gateway.NewBrowser();
        using var elsewhere = _gateway.NewBrowser();
        await _ada.SignInAsync(elsewhere);
        _gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await _ada.SignInAsync(here);
        var changed = await here.SubmitAsync(
            await here.GetAsync("/_mfa/account/password"), ("currentPassword", _ada.Password), ("newPassword", NewPassword));
        Assert.Equal("/_mfa/account?notice=password-changed", changed.Location);

        await CloseToStrangersAsync();

        using var stranger = _gateway.NewBrowser();
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(stranger, NewPassword)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(elsewhere, _ada.Password)).Status);
        Assert.StartsWith("/_mfa/challenge/totp", (await SignInAsync(elsewhere, NewPassword)).Location, StringComparison.Ordinal);
        here.Cookies.Remove("mfa_session");
        Assert.StartsWith("/_mfa/challenge/totp", (await SignInAsync(here, NewPassword)).Location, StringComparison.Ordinal);
    }

    /// <summary>An administrator does it on the person's page.</summary>
    /// <returns>The code to hand over.</returns>
    private async Task<string> ResetAsync()
    {
        using var office = _gateway.NewBrowser();
        var form = await _root.SignInAsync(office, $"/_mfa/admin/people/{_ada.AccountId}/reset");
        var done = await office.SubmitAsync(form, ("reason", "phone lost on the train"), ("confirm", "true"));
        return done.Text("enrollment-code")!;
    }

    private async Task EnrolAsync(Browser browser, Visit enrol)
    {
        // Where no answer came before it, the page asks first whether to begin.
        if (enrol.Page.GetElementById("totp-secret") is null)
            enrol = await browser.FollowAsync(await browser.SubmitAsync(enrol));
        Assert.True(Base32.TryDecode(enrol.Text("totp-secret"), out var secret));
        _ada.Secret = TotpSecret.FromBytes(secret);
        var codes = await browser.FollowAsync(await browser.SubmitAsync(enrol, ("code", _ada.CurrentCode)));
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(codes, ("saved", "true")))).Body);
    }

    /// <returns>The last answer.</returns>
    private async Task<Visit> GuessAsync(Browser browser, Visit asked, int times)
    {
        var answer = asked;
        for (var guess = 0; guess < times; guess++)
            answer = await browser.SubmitAsync(asked, ("code", _ada.WrongCode));
        return answer;
    }

    /// <summary>Somebody with the password guesses ten codes, and the owner is told to wait.</summary>
    /// <returns>How many seconds.</returns>
    private async Task<string?> GuessUntilClosedAsync()
    {
        using var thief = _gateway.NewBrowser();
        await GuessAsync(thief, await _ada.GivePasswordAsync(thief), 10);
        using var owner = _gateway.NewBrowser();
        var refused = await owner.SubmitAsync(await _ada.GivePasswordAsync(owner), ("code", _ada.CurrentCode));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        return refused.Header("Retry-After");
    }

    private async Task SignInAfterWrongCodesAsync(int wrong)
    {
        using var browser = _gateway.NewBrowser();
        var asked = await _ada.GivePasswordAsync(browser);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GuessAsync(browser, asked, wrong)).Status);
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", _ada.CurrentCode)))).Body);
    }

    /// <summary>A stranger gives so many wrong passwords that none is taken any more from browsers that the account does not know.</summary>
    private async Task CloseToStrangersAsync()
    {
        using var stranger = _gateway.NewBrowser();
        for (var guess = 0; guess < 10; guess++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(stranger, "the-Wrong-Teapot-17")).Status);
    }

    private async Task<Visit> SignInAsync(Browser browser, string password) =>
        await browser.SubmitAsync(await browser.OpenAsync("/"), ("username", _ada.UserName), ("password", password));
}
