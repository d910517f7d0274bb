using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Storage;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Accounts;

/// <summary>Accounts on a real store.</summary>
public sealed class AccountServiceTests : IAsyncLifetime
{
    private const string Password = "velvet tractor humming orbit";

    private static readonly NewAccount Ada = new("Ada", " ada@Example.org ", "Ada Lovelace", [" finance", "finance"], Password);

    private GatewayUnderTest _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AccountService Accounts => _gateway.Get<AccountService>();

    public async ValueTask InitializeAsync() =>
        _gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:SiteName", "Orbital Works"));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task What_was_typed_is_kept_tidied_up_and_found_by_any_spelling()
    {
        var added = Assert.IsType<AccountAddition.Added>(await Accounts.AddAsync(Ada, Actor.Command, Cancellation)).Account;
        var found = await Accounts.FindAsync("  ａDA ", Cancellation);

        Assert.Equal(added.Id, found!.Id);
        Assert.Equal(("Ada", "ada@example.org", "Ada Lovelace", false), (found.UserName, found.Email, found.DisplayName, found.Disabled));
        Assert.Equal(["finance"], found.Groups);
        Assert.Equal(_gateway.Time.GetUtcNow(), found.CreatedAt);
    }

    [Fact]
    public async Task A_taken_user_name_is_said_beside_the_other_faults()
    {
        await Accounts.AddAsync(Ada, Actor.Command, Cancellation);

        var refused = Assert.IsType<AccountAddition.Refused>(
            await Accounts.AddAsync(Ada with { UserName = "ADA", Email = "nobody", Password = "short" }, Actor.Command, Cancellation));

        Assert.Equal([AccountField.UserName, AccountField.Email, AccountField.Password], refused.Faults.Select(fault => fault.Field));
    }

    [Fact]
    public async Task One_of_sixteen_accounts_of_one_name_is_made_when_they_race()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(number =>
            Accounts.AddAsync(Ada with { Email = $"ada{number}@example.org" }, Actor.Command, Cancellation)));

        Assert.Single(results.OfType<AccountAddition.Added>());
        Assert.All(results.OfType<AccountAddition.Refused>(), refused => Assert.Equal(AccountField.UserName, Assert.Single(refused.Faults).Field));
    }

    [Fact]
    public async Task A_password_of_the_sites_name_is_refused()
    {
        var result = await Accounts.AddAsync(Ada with { Password = "orbital works!" }, Actor.Command, Cancellation);

        Assert.Equal(AccountField.Password, Assert.Single(Assert.IsType<AccountAddition.Refused>(result).Faults).Field);
    }

    [Fact]
    public async Task A_password_is_kept_as_a_hash_alone()
    {
        var added = Assert.IsType<AccountAddition.Added>(await Accounts.AddAsync(Ada, Actor.Command, Cancellation)).Account;

        var hash = await _gateway.Get<PasswordStore>().FindHashAsync(added.Id, Cancellation);

        Assert.DoesNotContain(Password, hash, StringComparison.Ordinal);
        Assert.Equal(PasswordMatch.Right, await _gateway.Get<IPasswordHashing>().VerifyAsync(hash, Password, HashingRequester.Program, Cancellation));
    }

    [Fact]
    public async Task The_first_administrator_is_one_even_when_sixteen_race_with_one_link()
    {
        var token = await Accounts.OfferSetupAsync(Cancellation);

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Accounts.AddFirstAdministratorAsync(
            Ada with { UserName = $"ada{number}", Email = $"ada{number}@example.org" }, token, "192.0.2.7", Cancellation)));

        var first = Assert.Single(results.OfType<AccountAddition.Added>()).Account;
        Assert.Equal(["finance", "admins"], first.Groups);
        Assert.Equal(15, results.OfType<AccountAddition.SetupOver>().Count());
        Assert.Null(await Accounts.OfferSetupAsync(Cancellation));
        var entry = Assert.Single(await EntriesAsync(AuditEvents.AccountAdded));
        Assert.Equal((first.Id, "192.0.2.7"), (entry.Actor, entry.ClientAddress));
    }

    [Fact]
    public async Task A_setup_link_ends_after_an_hour()
    {
        var token = await Accounts.OfferSetupAsync(Cancellation);
        _gateway.Time.Advance(AccountService.SetupLifetime);

        Assert.IsType<AccountAddition.SetupOver>(await Accounts.AddFirstAdministratorAsync(Ada, token, null, Cancellation));
    }

    [Fact]
    public async Task A_setup_link_that_was_made_up_or_replaced_makes_nobody()
    {
        var replaced = await Accounts.OfferSetupAsync(Cancellation);
        var token = await Accounts.OfferSetupAsync(Cancellation);

        foreach (var wrong in new[] { SecretToken.New(), replaced, null })
            Assert.IsType<AccountAddition.SetupOver>(await Accounts.AddFirstAdministratorAsync(Ada, wrong, null, Cancellation));
        Assert.IsType<AccountAddition.Added>(await Accounts.AddFirstAdministratorAsync(Ada, token, null, Cancellation));
    }

    [Fact]
    public async Task A_mistake_at_the_setup_page_does_not_spend_the_link()
    {
        var token = await Accounts.OfferSetupAsync(Cancellation);

        Assert.IsType<AccountAddition.Refused>(
            await Accounts.AddFirstAdministratorAsync(Ada with { Password = "short" }, token, null, Cancellation));
        Assert.IsType<AccountAddition.Added>(await Accounts.AddFirstAdministratorAsync(Ada, token, null, Cancellation));
    }

    [Fact]
    public async Task A_setup_link_is_of_no_use_once_a_command_has_added_somebody()
    {
        var token = await Accounts.OfferSetupAsync(Cancellation);
        await Accounts.AddAsync(Ada, Actor.Command, Cancellation);

        Assert.IsType<AccountAddition.SetupOver>(
            await Accounts.AddFirstAdministratorAsync(Ada with { UserName = "eve", Email = "eve@example.org" }, token, null, Cancellation));
    }

    [Fact]
    public async Task A_new_password_is_judged_audited_and_replaces_the_old_one()
    {
        var ada = Assert.IsType<AccountAddition.Added>(await Accounts.AddAsync(Ada, Actor.Command, Cancellation)).Account;
        var actor = new Actor(ada.Id, "192.0.2.7");

        var refused = await Accounts.SetPasswordAsync(ada, "ada lovelace 1815", actor, Cancellation);
        var changed = await Accounts.SetPasswordAsync(ada, "orange kettle walks slowly", actor, Cancellation);

        Assert.IsType<PasswordChange.Refused>(refused);
        Assert.IsType<PasswordChange.Changed>(changed);
        var entry = Assert.Single(await EntriesAsync(AuditEvents.PasswordSet));
        Assert.Equal((ada.Id, ada.Id, "192.0.2.7", true), (entry.AccountId, entry.Actor, entry.ClientAddress, entry.Succeeded));
        var hash = await _gateway.Get<PasswordStore>().FindHashAsync(ada.Id, Cancellation);
        Assert.Equal(PasswordMatch.Wrong, await _gateway.Get<IPasswordHashing>().VerifyAsync(hash, Password, HashingRequester.Program, Cancellation));
    }

    [Fact]
    public async Task An_account_that_is_gone_is_neither_changed_nor_audited()
    {
        var nobody = new Account(Identifiers.New(), "eve", "eve@example.org", "Eve", [], false, _gateway.Time.GetUtcNow(), null);

        Assert.IsType<PasswordChange.AccountGone>(await Accounts.SetPasswordAsync(nobody, Password, Actor.Command, Cancellation));
        Assert.Equal(AccountChange.AccountGone, await _gateway.Get<AdministrationService>().SetDisabledAsync(nobody, disabled: true, Actor.Command, Cancellation));
        Assert.Empty(await EntriesAsync(AuditEvents.PasswordSet));
        Assert.Empty(await EntriesAsync(AuditEvents.AccountDisabled));
    }

    private async Task<IReadOnlyList<AuditEntry>> EntriesAsync(string name) =>
        [.. (await _gateway.Get<AuditStore>().ListAsync(before: null, 100, Cancellation)).Select(recorded => recorded.Entry).Where(entry => entry.Event == name)];
}
