using System.Net;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Codes that are good more than once, for longer than they say, or for another account.</summary>
public sealed class OneTimeCodeAdvisories : IAsyncLifetime
{
    private const string Steps = "src/MfaGateway.Core/Factors/Totp/TotpVerifier.cs";

    private GatewayUnderTest _gateway = null!;
    private TestPerson _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayUnderTest.StartAsync();
        _ada = await (await _gateway.AddPersonAsync()).WithAuthenticatorAsync();
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    [Advisory("CVE-2021-43177", "devise-two-factor", "A code that was used signs in once more while it lasts", Steps)]
    public async Task A_code_that_was_seen_being_typed_is_spent()
    {
        var seen = _ada.CurrentCode;
        using var owner = _gateway.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await _ada.SignInAsync(owner)).Status);

        Assert.Equal(HttpStatusCode.Unauthorized, await GiveAsync(seen));
        _gateway.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.SeeOther, await GiveAsync(_ada.CurrentCode));
    }

    [Fact]
    [Advisory("CVE-2026-33473", "Vikunja", "A used code is good again within the tolerated drift, because no step is kept", Steps)]
    public async Task A_used_code_is_not_good_again_in_the_next_step()
    {
        var seen = _ada.CurrentCode;
        using var owner = _gateway.NewBrowser();
        await _ada.SignInAsync(owner);
        _gateway.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(HttpStatusCode.Unauthorized, await GiveAsync(seen));
        Assert.Equal(HttpStatusCode.SeeOther, await GiveAsync(_ada.CurrentCode));
    }

    [Theory]
    [Advisory("CVE-2025-6014", "HashiCorp Vault", "A used code with blanks in it counts as another code", Steps)]
    [InlineData("{0} {1}")]
    [InlineData(" {0}{1} ")]
    [InlineData("{0}-{1}")]
    [InlineData("{0}  {1}")]
    public async Task A_used_code_in_another_spelling_is_spent(string spelling)
    {
        var seen = _ada.CurrentCode;
        using var owner = _gateway.NewBrowser();
        await _ada.SignInAsync(owner);

        Assert.Equal(HttpStatusCode.Unauthorized, await GiveAsync(Spell(seen)));
        _gateway.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.SeeOther, await GiveAsync(Spell(_ada.CurrentCode)));

        string Spell(string code) => string.Format(System.Globalization.CultureInfo.InvariantCulture, spelling, code[..3], code[3..]);
    }

    [Fact]
    [Advisory("CVE-2026-20779", "Gitea", "A code that several requests give at once passes in each, since it is marked used after it is checked", "src/MfaGateway.Core/Factors/Totp/TotpStore.cs")]
    public async Task Of_several_requests_at_once_one_passes()
    {
        var browsers = Enumerable.Range(0, 8).Select(_ => _gateway.NewBrowser()).ToList();
        var pages = new List<Visit>();
        foreach (var browser in browsers)
            pages.Add(await _ada.GivePasswordAsync(browser));

        var answers = await Task.WhenAll(browsers.Zip(pages, (browser, page) => browser.SubmitAsync(page, ("code", _ada.CurrentCode))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.SeeOther);
        Assert.Single(browsers, browser => browser.Cookies.ContainsKey("mfa_session"));
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    [Advisory("CVE-2024-7318", "Keycloak", "A code is good for twice as long as it is shown", "src/MfaGateway.Core/Factors/Totp/TotpAlgorithm.cs")]
    public async Task A_code_is_good_for_one_step_around_its_own()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await GiveAsync(_ada.CodeAt(-2)));
        Assert.Equal(HttpStatusCode.Unauthorized, await GiveAsync(_ada.CodeAt(2)));
        Assert.Equal(HttpStatusCode.SeeOther, await GiveAsync(_ada.CodeAt(-1)));
    }

    [Fact]
    [Advisory("CVE-2025-64175", "Gogs", "A recovery code is looked up without its account, so that anyone's opens everyone's", "src/MfaGateway.Core/Factors/RecoveryCodes/RecoveryCodeVerifier.cs")]
    public async Task A_recovery_code_of_another_account_opens_nothing_and_stays_good_for_its_own()
    {
        var mallory = await (await _gateway.AddPersonAsync("mallory")).WithAuthenticatorAsync();
        var mallorys = await GiveRecoveryCodesAsync(mallory);
        var adas = await GiveRecoveryCodesAsync(_ada);

        Assert.Equal(HttpStatusCode.Unauthorized, await RecoverAsync(_ada, mallorys));
        Assert.Equal(HttpStatusCode.SeeOther, await RecoverAsync(mallory, mallorys));
        Assert.Equal(HttpStatusCode.SeeOther, await RecoverAsync(_ada, adas));
    }

    [Fact]
    [Advisory("CVE-2024-8796", "devise-two-factor", "The shared secret is shorter than RFC 4226 asks for", "src/MfaGateway.Core/Factors/Totp/TotpSecret.cs")]
    public async Task A_shared_secret_has_160_bits()
    {
        var newcomer = await _gateway.AddPersonAsync("newcomer");
        using var browser = _gateway.NewBrowser();
        var enrol = await newcomer.GivePasswordAsync(browser);

        Assert.True(Base32.TryDecode(enrol.Text("totp-secret"), out var secret));
        Assert.Equal(20, secret!.Length);
    }

    private async Task<HttpStatusCode> GiveAsync(string code)
    {
        using var browser = _gateway.NewBrowser();
        return (await browser.SubmitAsync(await _ada.GivePasswordAsync(browser), ("code", code))).Status;
    }

    private async Task<HttpStatusCode> RecoverAsync(TestPerson person, RecoveryCode code)
    {
        using var browser = _gateway.NewBrowser();
        await person.GivePasswordAsync(browser);
        return (await browser.SubmitAsync(await browser.GetAsync("/_mfa/challenge/recovery-code?returnUrl=%2F"), ("code", code.ToGroups()))).Status;
    }

    private async Task<RecoveryCode> GiveRecoveryCodesAsync(TestPerson person)
    {
        var codes = RecoveryCode.GenerateSet(3);
        var salt = RecoveryCodeHash.NewSalt();
        await _gateway.Get<RecoveryCodeStore>().ReplaceAllAsync(
            person.AccountId, new(salt, [.. codes.Select(code => RecoveryCodeHash.Create(code, salt))]), _gateway.Time.GetUtcNow(), TestContext.Current.CancellationToken);
        return codes[0];
    }
}
