using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage;

namespace MfaGateway.TestKit;

/// <summary>Somebody with an account, a password they know, and perhaps a phone.</summary>
public sealed class TestPerson(GatewayUnderTest gateway, string userName)
{
    public const string DefaultPassword = "nineteen-Copper-kettles-42";

    public string UserName { get; } = userName;

    public string Password { get; init; } = DefaultPassword;

    public string AccountId { get; private set; } = string.Empty;

    /// <summary>The authenticator on the phone; null before one was enrolled.</summary>
    public TotpSecret? Secret { get; set; }

    public TotpParameters Parameters { get; set; } = TotpParameters.Default;

    /// <summary>What the phone shows now.</summary>
    public string CurrentCode => CodeAt(steps: 0);

    /// <summary>What the phone shows so many steps from now.</summary>
    public string CodeAt(int steps)
    {
        var step = TotpAlgorithm.StepAt(gateway.Time.GetUtcNow(), Parameters) + steps;
        return TotpAlgorithm.Compute(Secret ?? throw new InvalidOperationException("No authenticator yet."), step, Parameters);
    }

    /// <summary>A code that is certainly none of those around now.</summary>
    public string WrongCode
    {
        get
        {
            var near = Enumerable.Range(-3, 7).Select(CodeAt).ToHashSet();
            var digits = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"D{Parameters.Digits}");
            return Enumerable.Range(135_790, 20).Select(n => n.ToString(digits, System.Globalization.CultureInfo.InvariantCulture)).First(code => !near.Contains(code));
        }
    }

    /// <summary>Enrols a phone without the pages, long enough ago that the current code is unused.</summary>
    public async Task<TestPerson> WithAuthenticatorAsync()
    {
        Secret = TotpSecret.Generate(Parameters.Algorithm);
        var store = gateway.Get<TotpStore>();
        var flowId = Identifiers.New();
        var now = gateway.Time.GetUtcNow();
        var ciphertext = gateway.Get<TotpSecrets>().Protect(AccountId, Secret);
        await store.AddOrGetPendingAsync(
            new PendingTotp(flowId, AccountId, ciphertext, Parameters, now.AddMinutes(10)), now, CancellationToken.None);
        var confirmed = await store.TryConfirmPendingAsync(
            flowId,
            new TotpAuthenticator(
                Identifiers.New(), AccountId, "Phone", ciphertext, Parameters,
                TotpAlgorithm.StepAt(now, Parameters) - 10, now, LastUsedAt: null),
            first: null,
            traces: [],
            now,
            CancellationToken.None);
        return confirmed ? this : throw new InvalidOperationException("The authenticator was not kept.");
    }

    /// <summary>Signs in as a person does: opens the page, gives the password, gives the code, ends where they wanted to go.</summary>
    /// <returns>What the app showed in the end.</returns>
    public async Task<Visit> SignInAsync(Browser browser, string url = "/")
    {
        var asked = await GivePasswordAsync(browser, url);
        var answered = await browser.SubmitAsync(asked, ("code", CurrentCode));
        return await browser.FollowAsync(answered);
    }

    /// <summary>Opens a page and gives the password.</summary>
    /// <returns>The page that asks for the second factor, or the app where one was enough.</returns>
    public async Task<Visit> GivePasswordAsync(Browser browser, string url = "/")
    {
        var signIn = await browser.OpenAsync(url);
        var answered = await browser.SubmitAsync(signIn, ("username", UserName), ("password", Password));
        return await browser.FollowAsync(answered);
    }

    /// <summary>An administrator keeps the person out.</summary>
    public async Task DisableAsync()
    {
        var account = await gateway.Get<AccountStore>().FindAsync(AccountId, CancellationToken.None);
        var change = await gateway.Get<AdministrationService>().SetDisabledAsync(account!, disabled: true, Actor.Command, CancellationToken.None);
        if (change != AccountChange.Done)
            throw new InvalidOperationException($"{UserName} could not be disabled: {change}");
    }

    internal async Task AddAsync(string[] groups)
    {
        var result = await gateway.Get<AccountService>().AddAsync(
            new NewAccount(UserName, $"{UserName}@example.org", DisplayName: null, groups, Password), Actor.Command, CancellationToken.None);
        AccountId = result is AccountAddition.Added added
            ? added.Account.Id
            : throw new InvalidOperationException($"{UserName} could not be added: {result}");
    }
}
