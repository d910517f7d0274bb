using System.Net;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.FunctionalTests.MagicCodes;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Secrets;

/// <summary>A gateway whose every log line and every secret is kept, for a journey to be walked on.</summary>
internal sealed class Walk(GatewayUnderTest gateway, SecretWatch watch) : IDisposable
{
    // Six digits stand between others by chance, in some line of so many; eight hardly do.
    public static readonly TotpParameters Parameters = new(TotpHash.Sha1, digits: 8, periodSeconds: 30);

    private readonly List<Browser> _browsers = [];

    public GatewayUnderTest Gateway { get; } = gateway;

    public SecretWatch Watch { get; } = watch;

    /// <summary>Whether everybody comes by the configured origin, over HTTPS.</summary>
    public bool IsAtOrigin { get; init; }

    public Browser NewBrowser()
    {
        var browser = Gateway.NewBrowser();
        if (IsAtOrigin)
            (browser.Host, browser.ForwardedFor) = (new Uri(MailedCode.Origin).Host, $"203.0.113.{_browsers.Count + 1}");
        _browsers.Add(browser);
        return browser;
    }

    public async Task<TestPerson> AddWithPhoneAsync(string userName = "ada", params string[] groups)
    {
        var person = await Gateway.AddPersonAsync(userName, groups);
        person.Parameters = Parameters;
        await person.WithAuthenticatorAsync();
        Watch.Add("field password", person.Password);
        Watch.Add("totp secret", person.Secret!.ToBase32());
        return person;
    }

    /// <summary>On the page that shows a new secret: gives its code and goes on to where the recovery codes are.</summary>
    public static async Task<Visit> EnrolAsync(TestPerson person, Browser browser, Visit offer)
    {
        Assert.True(Base32.TryDecode(offer.Text("totp-secret"), out var secret), offer.Body);
        person.Parameters = Parameters;
        person.Secret = TotpSecret.FromBytes(secret);
        return await browser.FollowAsync(await browser.SubmitAsync(offer, ("code", person.CurrentCode), ("name", "Phone")));
    }

    /// <summary>The phone shows its next code.</summary>
    public void NextCode() => Gateway.Time.Advance(TimeSpan.FromSeconds(30));

    /// <summary>What no browser would send.</summary>
    public Task<string> SendRawAsync(string request) =>
        RawHttp.SendAsync(IPEndPoint.Parse(Gateway.Address.Authority), request, TestContext.Current.CancellationToken);

    public void Dispose() => _browsers.ForEach(browser => browser.Dispose());
}
