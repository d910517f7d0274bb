using System.Net;
using MfaGateway.Challenges;
using MfaGateway.Configuration;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Throttling;
using MfaGateway.TestKit;

namespace MfaGateway.Benchmarks.Timing;

/// <summary>A stranger's passwords, from a browser that nobody has signed in with, for names in every state there is.</summary>
internal sealed class SignInProbes(GatewayUnderTest gateway)
{
    private const string WrongPassword = "nineteen-Copper-kettles-43";
    private const string LockedNobody = "nobody-locked";

    private readonly Browser _browser = gateway.NewBrowser();
    private readonly List<TestPerson> _open = [];
    private List<KeyValuePair<string, string>> _form = [];
    private int _nobody;

    public async Task<ProbeGroup> PrepareAsync()
    {
        _form = (await _browser.OpenAsync("/")).Form(("username", ""), ("password", "")).Values;
        var known = await OpenAsync("known");
        var invited = await gateway.Get<AdministrationService>().InviteAsync(
            "invited", new AccountDetails("invited@example.org", "Invited", []), Actor.Command, CancellationToken.None);
        var weak = await OpenAsync("weak");
        await HashWeaklyAsync(weak);
        var disabled = await OpenAsync("disabled");
        await disabled.DisableAsync();
        var weakAndDisabled = await OpenAsync("weak-and-disabled");
        await HashWeaklyAsync(weakAndDisabled);
        await weakAndDisabled.DisableAsync();
        var locked = await gateway.AddPersonAsync("locked");
        await gateway.CloseSignInAsync(locked.AccountId, locked.UserName, AttemptLimit.Password);
        var suspended = await gateway.AddPersonAsync("suspended");
        await gateway.CloseSignInAsync(suspended.AccountId, suspended.UserName, AttemptLimit.PasswordsInARow);
        await gateway.CloseSignInAsync(accountId: null, LockedNobody, AttemptLimit.Password);

        var nameOfInvited = ((Invitation.Made)invited).Account.UserName;
        return new ProbeGroup(
            "sign-in from an unknown browser",
            [
                Of("unknown name", () => $"nobody-{_nobody}", WrongPassword),
                Of("unknown name, locked", () => LockedNobody, WrongPassword),
                Of("known, wrong password", () => known.UserName, WrongPassword),
                Of("known, hash of less work, wrong password", () => weak.UserName, WrongPassword),
                Of("known, no password yet", () => nameOfInvited, WrongPassword),
                Of("disabled, wrong password", () => disabled.UserName, WrongPassword),
                Of("disabled, right password", () => disabled.UserName, disabled.Password),
                Of("disabled, hash of less work, right password", () => weakAndDisabled.UserName, weakAndDisabled.Password),
                Of("locked for 15 minutes, wrong password", () => locked.UserName, WrongPassword),
                Of("locked for 15 minutes, right password", () => locked.UserName, locked.Password),
                Of("locked after 100 in a row, wrong password", () => suspended.UserName, WrongPassword),
            ],
            () => RefreshAsync(((Invitation.Made)invited).Account.Id));
    }

    private Probe Of(string name, Func<string> userName, string password) =>
        new(name, HttpStatusCode.Unauthorized, () => _browser.PostAsync(
            "/_mfa/sign-in", [.. _form.SkipLast(2), new("username", userName()), new("password", password)]));

    private async Task<TestPerson> OpenAsync(string name)
    {
        var person = await gateway.AddPersonAsync(name);
        _open.Add(person);
        return person;
    }

    /// <summary>Whoever is open starts with empty counters again, and nobody with another name.</summary>
    private async Task RefreshAsync(string invited)
    {
        foreach (var id in _open.Select(person => person.AccountId).Append(invited))
            await gateway.UnlockAsync(id);
        _nobody++;
    }

    /// <summary>As one from before the setting rose.</summary>
    private async Task HashWeaklyAsync(TestPerson person)
    {
        var hashing = new PasswordHashing(new PasswordOptions(), OldPasswordHashes.None);
        var passwords = gateway.Get<PasswordStore>();
        var hash = await passwords.FindHashAsync(person.AccountId, CancellationToken.None);
        await passwords.TryReplaceHashAsync(
            person.AccountId, hash!, await hashing.HashAsync(person.Password, HashingRequester.Program, CancellationToken.None), CancellationToken.None);
    }
}
