using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.IdentityHeaders;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Accounts;

/// <summary>What administrators do to other people's accounts: judged, stored, audited, told. Pages and commands share it.</summary>
public sealed class AdministrationService(
    AdministrationStore store,
    AccountStore accounts,
    PasswordTokenStore tokens,
    Notices notices,
    Mails mails,
    AccountSite site,
    AdminOptions options,
    TimeProvider time)
{
    public const int MinReason = 3;
    public const int MaxReason = 150;

    /// <summary>What is said wherever the last administrator would go.</summary>
    public const string LastAdministrator =
        "This is the last administrator. Make another person an administrator first, or no one could look after the accounts.";

    /// <summary>The message where an administrator would delete the account that they act with.</summary>
    public const string OwnAccount = "This is your own account. Another administrator can delete it.";

    /// <summary>What is said wherever an account is unlocked.</summary>
    public const string AddressesStay = "A network address with too many wrong passwords stays limited, for a day at most.";

    /// <summary>The account of that name, however it is spelled, or null.</summary>
    public Task<Account?> FindByNameAsync(string userName, CancellationToken cancellationToken) =>
        accounts.FindByUserNameAsync(UserNames.Fold(userName), cancellationToken);

    /// <summary>The account with that id, or null.</summary>
    public Task<Account?> FindAsync(string accountId, CancellationToken cancellationToken) => accounts.FindAsync(accountId, cancellationToken);

    /// <summary>Adds somebody without a password, and makes the link by which they choose one.</summary>
    /// <param name="typed">Not checked yet. A blank display name is the user name.</param>
    public async Task<Invitation> InviteAsync(string userName, AccountDetails typed, Actor actor, CancellationToken cancellationToken)
    {
        var faults = NewAccountRules.JudgeInvited(userName, typed).ToList();
        // The store decides in the end; asked before, so that it is said together with the rest.
        if (!faults.Exists(fault => fault.Field == AccountField.UserName) && await FindByNameAsync(userName, cancellationToken) is not null)
            faults.Insert(0, AccountFault.UserNameTaken);
        if (faults.Count > 0)
            return new Invitation.Refused(faults);

        var details = NewAccountRules.Tidy(userName, typed);
        var account = new Account(
            Identifiers.New(), userName, details.Email, details.DisplayName, details.Groups, Disabled: false, time.GetUtcNow(), LastSignInAt: null);
        var (invitation, token) = Prepare(account);
        var trace = new ChangeTrace(EntryOf(AuditEvents.AccountAdded, account, actor) with { Detail = "invited" }, MailsOf(invitation, actor));
        var result = await store.InviteAsync(account, token, trace, cancellationToken);
        if (AccountFault.Of(result) is { } fault)
            return new Invitation.Refused([fault]);

        return invitation;
    }

    /// <summary>Makes a new link by which the person chooses a password; the one before is void. The password they have stays until then.</summary>
    public async Task<Invitation> InviteAgainAsync(Account account, Actor actor, CancellationToken cancellationToken)
    {
        var (invitation, token) = Prepare(account);
        var trace = new ChangeTrace(EntryOf(AuditEvents.AccountInvited, account, actor), MailsOf(invitation, actor));
        if (!await tokens.SetAsync(account.Id, EmailAddress.Fold(account.Email), token, trace, cancellationToken))
            return new Invitation.NotPossible();

        return invitation;
    }

    /// <summary>Disables an account, which ends its sessions, flows and links, or enables it again.</summary>
    public Task<AccountChange> SetDisabledAsync(Account account, bool disabled, Actor actor, CancellationToken cancellationToken)
    {
        var trace = new ChangeTrace(EntryOf(disabled ? AuditEvents.AccountDisabled : AuditEvents.AccountEnabled, account, actor), []);
        return store.SetDisabledAsync(account.Id, disabled, site.AdministratorGroup, trace, cancellationToken);
    }

    /// <summary>
    /// Forgets the wrong passwords and codes that were given for an account, so that all its limits start anew. The limit of
    /// a network address is nobody's, and stays: whoever guesses at many accounts from there would be let go on.
    /// </summary>
    public Task<AccountChange> UnlockAsync(Account account, Actor actor, CancellationToken cancellationToken) =>
        store.UnlockAsync(account.Id, new ChangeTrace(EntryOf(AuditEvents.AccountUnlocked, account, actor), []), cancellationToken);

    /// <summary>Changes address, display name and groups. Both addresses are told of a new one, which also ends the account's sessions.</summary>
    /// <param name="account">As it is.</param>
    /// <param name="typed">Not checked yet. A blank display name is the user name.</param>
    public async Task<AccountEdit> EditAsync(Account account, AccountDetails typed, Actor actor, CancellationToken cancellationToken)
    {
        var faults = NewAccountRules.JudgeDetails(typed);
        if (faults.Count > 0)
            return new AccountEdit.Refused(faults);

        var seen = AccountDetails.Of(account);
        var wanted = NewAccountRules.Tidy(account.UserName, typed);
        if (wanted == seen)
            return new AccountEdit.Changed();

        var told = wanted.Email == seen.Email ? [] : PrepareEmailChange(account, wanted, actor);
        var entry = EntryOf(AuditEvents.AccountEdited, account, actor) with { Detail = AccountDifference.Describe(seen, wanted) };
        var change = await store.UpdateAsync(account.Id, seen, wanted, site.AdministratorGroup, new(entry, told), cancellationToken);
        return Conclude(change);
    }

    /// <summary>
    /// Gives the account another user name, signs its person out everywhere and tells them. Apps know people by the name: to them the
    /// person is another one from then on.
    /// </summary>
    /// <param name="account">As it is.</param>
    /// <param name="typed">Not checked yet.</param>
    public async Task<AccountEdit> RenameAsync(Account account, string typed, Actor actor, CancellationToken cancellationToken)
    {
        if (UserNames.Validate(typed) is { } advice)
            return new AccountEdit.Refused([new(AccountField.UserName, advice)]);
        if (typed == account.UserName)
            return new AccountEdit.Refused([new(AccountField.UserName, "This is the user name already.")]);

        var renamed = account with { UserName = typed };
        var told = notices.Prepare(new(NoticeKind.UserNameChanged, renamed, time.GetUtcNow(), actor.ClientAddress) { Detail = account.UserName });
        var entry = EntryOf(AuditEvents.AccountRenamed, account, actor) with { Detail = $"{account.UserName} is now {typed}" };
        var change = await store.RenameAsync(account.Id, account.UserName, typed, new(entry, told), cancellationToken);
        return Conclude(change);
    }

    /// <summary>Deletes the account and everything that belongs to it, for good. Its name and its address are free afterwards.</summary>
    /// <param name="account">As it is; under another name by now nothing is done.</param>
    public Task<AccountChange> DeleteAsync(Account account, Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Name == account.Id)
            return Task.FromResult(AccountChange.OwnAccount);

        var trace = new ChangeTrace(EntryOf(AuditEvents.AccountDeleted, account, actor) with { Detail = account.UserName }, []);
        return store.DeleteAsync(account.Id, account.UserName, site.AdministratorGroup, trace, cancellationToken);
    }

    /// <summary>
    /// Takes a person's second factor away, signs them out and tells them. The password alone does not enrol a new one: that takes the
    /// code, which the administrator hands over and sees this once.
    /// </summary>
    /// <param name="reason">For the person and the audit trail: <see cref="MinReason"/> to <see cref="MaxReason"/> characters on one line.</param>
    public async Task<SecondFactorReset> ResetSecondFactorAsync(
        Account account, string? reason, Actor actor, CancellationToken cancellationToken)
    {
        var text = reason?.Trim() ?? string.Empty;
        if (text.Length is < MinReason or > MaxReason || IdentityText.Validate(text) is not null)
            return new SecondFactorReset.ReasonRefused();

        var now = time.GetUtcNow();
        var code = EnrollmentCode.Generate();
        var kept = new NewEnrollmentCode(code.Hash, now, now + options.EnrollmentCodeLifetime);
        var told = notices.Prepare(new(NoticeKind.SecondFactorReset, account, now, actor.ClientAddress) { Detail = text });
        var entry = EntryOf(AuditEvents.SecondFactorReset, account, actor) with { Detail = text };
        var change = await store.ResetSecondFactorAsync(account.Id, kept, new(entry, told), cancellationToken);
        return change == AccountChange.Done ? new SecondFactorReset.Done(code, kept.ExpiresAt) : new SecondFactorReset.AccountGone();
    }

    private static AccountEdit Conclude(AccountChange change) =>
        change == AccountChange.Done ? new AccountEdit.Changed()
        : AccountFault.Of(change) is { } fault ? new AccountEdit.Refused([fault])
        : new AccountEdit.NotDone(change);

    private (Invitation.Made Invitation, PasswordToken Token) Prepare(Account account)
    {
        var now = time.GetUtcNow();
        var secret = SecretToken.New();
        var token = new PasswordToken(secret.Hash, PasswordTokenPurpose.Invitation, now, now + options.InvitationLifetime);
        return (new(account, site.PasswordLink(secret), token.ExpiresAt, Mailed: site.Origin is not null), token);
    }

    // A link without a host leads nowhere out of a mail.
    private IReadOnlyList<OutboxMail> MailsOf(Invitation.Made invitation, Actor actor) => invitation.Mailed
        ? [mails.InvitedToSignIn(MailRequest.For(invitation.Account, time.GetUtcNow(), actor), invitation.Link, invitation.ExpiresAt)]
        : [];

    private IReadOnlyList<OutboxMail> PrepareEmailChange(Account account, AccountDetails wanted, Actor actor)
    {
        var changed = account with { Email = wanted.Email, DisplayName = wanted.DisplayName };
        return notices.Prepare(new(NoticeKind.EmailChanged, changed, time.GetUtcNow(), actor.ClientAddress) { AlsoTo = account.Email });
    }

    private AuditEntry EntryOf(string what, Account account, Actor actor) =>
        new(time.GetUtcNow(), what, account.Id, actor.Name, actor.ClientAddress, Succeeded: true, Detail: null);
}
