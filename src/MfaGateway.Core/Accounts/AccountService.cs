using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Accounts;

/// <summary>Makes and changes accounts: judges what was typed, hashes, stores, audits. Pages and commands share it.</summary>
public sealed class AccountService(
    AccountStore accounts,
    PasswordStore passwords,
    IPasswordHashing hashing,
    Notices notices,
    AccountSite site,
    ClockGuard clock, TimeProvider time)
{
    /// <summary>How long the link that makes the first administrator may be used.</summary>
    public static readonly TimeSpan SetupLifetime = TimeSpan.FromHours(1);

    /// <summary>The account of that name, however it is spelled, or null.</summary>
    public Task<Account?> FindAsync(string userName, CancellationToken cancellationToken) =>
        accounts.FindByUserNameAsync(UserNames.Fold(userName), cancellationToken);

    /// <exception cref="PasswordHashingBusyException">More passwords are waiting than the queue takes.</exception>
    public async Task<AccountAddition> AddAsync(NewAccount typed, Actor actor, CancellationToken cancellationToken)
    {
        var faults = NewAccountRules.Judge(typed, site).ToList();
        // The store decides in the end; asked before, so that it is said together with the rest.
        if (!faults.Exists(fault => fault.Field == AccountField.UserName)
            && await FindAsync(typed.UserName, cancellationToken) is not null)
        {
            faults.Insert(0, AccountFault.UserNameTaken);
        }

        if (faults.Count > 0)
            return new AccountAddition.Refused(faults);

        var account = Make(typed);
        var hash = await HashAsync(typed.Password, new(actor.ClientAddress, actor.Name), cancellationToken);
        var entry = EntryOf(account.CreatedAt, AuditEvents.AccountAdded, account, actor);
        return Conclude(await accounts.AddAsync(account, hash, entry, cancellationToken), account);
    }

    /// <summary>
    /// A one-time token for a link that makes the first administrator, valid for <see cref="SetupLifetime"/>; the one
    /// before is void. Null when an operator has made accounts: it is not needed.
    /// </summary>
    public async Task<SecretToken?> OfferSetupAsync(CancellationToken cancellationToken)
    {
        // A gateway on which only strangers have registered still has no administrator.
        if (await IsSetupOverAsync(cancellationToken))
            return null;

        var token = SecretToken.New();
        await accounts.SetSetupTokenAsync(token.Hash, time.GetUtcNow() + SetupLifetime, cancellationToken);
        return token;
    }

    /// <summary>Whether no link makes a first administrator: an operator has made an account.</summary>
    public async Task<bool> IsSetupOverAsync(CancellationToken cancellationToken) =>
        await accounts.AnyAsync(cancellationToken) && !await accounts.IsSetupOfferedAsync(cancellationToken);

    /// <summary>Adds the first account, a member of the administrators' group, and spends the token.</summary>
    /// <param name="setupToken">Null where what the browser sent is no token.</param>
    /// <exception cref="PasswordHashingBusyException">More passwords are waiting than the queue takes.</exception>
    public async Task<AccountAddition> AddFirstAdministratorAsync(
        NewAccount typed, SecretToken? setupToken, string? clientAddress, CancellationToken cancellationToken)
    {
        // Before the slow hash: a stranger at this page costs short reads.
        if (setupToken is null || await IsSetupOverAsync(cancellationToken) || !await accounts.IsSetupTokenGoodAsync(setupToken.Hash, time.GetUtcNow(), cancellationToken))
            return new AccountAddition.SetupOver();
        await clock.EnsureAsync(time.GetUtcNow(), cancellationToken);

        var administrator = typed with { Groups = [.. typed.Groups, site.AdministratorGroup] };
        var faults = NewAccountRules.Judge(administrator, site);
        if (faults.Count > 0)
            return new AccountAddition.Refused(faults);

        var account = Make(administrator);
        var hash = await HashAsync(typed.Password, new(clientAddress, Actor.Gateway.Name), cancellationToken);
        var entry = EntryOf(account.CreatedAt, AuditEvents.AccountAdded, account, new Actor(account.Id, clientAddress));
        return Conclude(await accounts.AddFirstAsync(account, hash, setupToken.Hash, entry, account.CreatedAt, cancellationToken), account);
    }

    /// <summary>Sets a password and ends the person's sessions and flows.</summary>
    /// <exception cref="PasswordHashingBusyException">More passwords are waiting than the queue takes.</exception>
    public async Task<PasswordChange> SetPasswordAsync(
        Account account, string password, Actor actor, CancellationToken cancellationToken)
    {
        var faults = NewAccountRules.JudgePassword(password, account, site);
        if (faults.Count > 0)
            return new PasswordChange.Refused(faults);

        var now = time.GetUtcNow();
        var hash = await HashAsync(password, new(actor.ClientAddress, actor.Name), cancellationToken);
        var mails = notices.Prepare(new(NoticeKind.PasswordChanged, account, now, actor.ClientAddress));
        var trace = new ChangeTrace(EntryOf(now, AuditEvents.PasswordSet, account, actor), mails);
        return await passwords.SetHashAsync(account.Id, hash, now, trace, cancellationToken)
            ? new PasswordChange.Changed()
            : new PasswordChange.AccountGone();
    }

    private static AccountAddition Conclude(AddAccountResult result, Account account) => result == AddAccountResult.Added
        ? new AccountAddition.Added(account)
        : AccountFault.Of(result) is { } fault ? new AccountAddition.Refused([fault]) : new AccountAddition.SetupOver();

    // Of judged input alone: the address parses.
    private Account Make(NewAccount typed)
    {
        var details = NewAccountRules.Tidy(typed.UserName, new(typed.Email, typed.DisplayName ?? string.Empty, typed.Groups));
        return new Account(
            Identifiers.New(), typed.UserName, details.Email, details.DisplayName, details.Groups,
            Disabled: false, time.GetUtcNow(), LastSignInAt: null);
    }

    private Task<string> HashAsync(string password, HashingRequester from, CancellationToken cancellationToken) =>
        PasswordText.TryNormalize(password, out var text)
            ? hashing.HashAsync(text, from, cancellationToken)
            : throw new InvalidOperationException("A password was to be hashed that the rules had not accepted.");

    private static AuditEntry EntryOf(DateTimeOffset at, string what, Account account, Actor actor) =>
        new(at, what, account.Id, actor.Name, actor.ClientAddress, Succeeded: true, Detail: null);
}
