using System.Net;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>
/// Somebody who meets the gateway in a process of its own, where the clock is the machine's: they enrol with the code
/// that their phone showed a step ago and have two more at hand, so that nobody waits for the next one.
/// </summary>
internal sealed class Visitor(string userName, int digits = 6)
{
    /// <summary>Settings of a gateway whose steps are so long that a test stays within one.</summary>
    public static readonly (string Key, string Value) LongSteps = ("MfaGateway:Totp:PeriodSeconds", "120");

    private readonly TotpParameters _parameters = new(TotpHash.Sha1, digits, 120);

    private TotpSecret? _secret;

    public string UserName { get; } = userName;

    public string Password { get; } = TestPerson.DefaultPassword;

    public byte[] SecretBytes => Secret.AsSpan().ToArray();

    /// <summary>Every code that was sent anywhere.</summary>
    public List<string> UsedCodes { get; } = [];

    public IReadOnlyList<string> RecoveryCodes { get; private set; } = [];

    private TotpSecret Secret => _secret ?? throw new InvalidOperationException("No authenticator yet.");

    /// <summary>What the phone shows so many steps from now.</summary>
    public string CodeAt(int steps)
    {
        var code = TotpAlgorithm.Compute(Secret, TotpAlgorithm.StepAt(TimeProvider.System.GetUtcNow(), _parameters) + steps, _parameters);
        UsedCodes.Add(code);
        return code;
    }

    /// <summary>A code of no step around.</summary>
    public string WrongCode
    {
        get
        {
            var now = TotpAlgorithm.StepAt(TimeProvider.System.GetUtcNow(), _parameters);
            var near = Enumerable.Range(-3, 7).Select(step => TotpAlgorithm.Compute(Secret, now + step, _parameters)).ToHashSet();
            var code = "13579024"[..digits];
            return near.Contains(code) ? "97531024"[..digits] : code;
        }
    }

    /// <summary>An administrator makes the account by a command.</summary>
    public async Task<Visitor> AddedAsync(GatewayProgram program)
    {
        var added = await program.RunAsync(Password, ["users", "add", UserName, "--email", $"{UserName}@example.org", "--password-stdin"]);
        Assert.Equal(0, added.ExitCode);
        return this;
    }

    /// <summary>Opens a page and gives the password.</summary>
    public async Task<Visit> GivePasswordAsync(Browser browser, string url = "/")
    {
        var signIn = await browser.OpenAsync(url);
        return await browser.FollowAsync(await browser.SubmitAsync(signIn, ("username", UserName), ("password", Password)));
    }

    /// <summary>On the page that offers it: adds the phone, saves the codes and ends in the app.</summary>
    public async Task<Visit> EnrolAsync(Browser browser, Visit offer)
    {
        await ToStepWithTimeLeftAsync();
        Assert.True(Base32.TryDecode(offer.Text("totp-secret"), out var secret), offer.Body);
        _secret = TotpSecret.FromBytes(secret);
        var codes = await browser.FollowAsync(await browser.SubmitAsync(offer, ("code", CodeAt(steps: -1)), ("name", "Phone")));
        RecoveryCodes = [.. codes.Page.QuerySelectorAll("#recovery-codes li").Select(code => code.TextContent.Trim())];
        Assert.Equal(10, RecoveryCodes.Count);
        return await browser.FollowAsync(await browser.SubmitAsync(codes, ("saved", "true")));
    }

    /// <summary>Signs in for the first time, enrolling a phone.</summary>
    public async Task EnrolAsync(Browser browser)
    {
        var app = await EnrolAsync(browser, await GivePasswordAsync(browser));
        Assert.Equal(HttpStatusCode.OK, app.Status);
        Assert.Equal("hello from upstream", app.Body);
    }

    // The code of the step before this one is good until this one ends.
    private async Task ToStepWithTimeLeftAsync()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var left = _parameters.PeriodSeconds - now % _parameters.PeriodSeconds;
        if (left <= 10)
            await Task.Delay(TimeSpan.FromSeconds(left));
    }
}
