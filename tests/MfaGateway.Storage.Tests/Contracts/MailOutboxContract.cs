using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class MailOutboxContract(StoreEngine engine) : StoreContract(engine)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private MailOutbox Outbox => Store.Mail;

    private static AuditEntry Retried => new(Now, AuditEvents.MailRetried, null, "command", null, Succeeded: true, Detail: null);

    private static MailFailure Refused => new(MailFault.RecipientRefused, 550, Now);

    [Fact]
    public async Task A_mail_is_taken_as_it_was_kept_and_gone_once_it_is_delivered()
    {
        var mail = await KeepAsync(Now);

        var taken = (await TakeAsync(Now))!;
        Assert.Equivalent(new LeasedMail(mail, 1, Now + Lease), taken, strict: true);
        Assert.Equal(new UndeliveredMail(1, 0), await Outbox.CountUndeliveredAsync(Token));

        Assert.True(await Outbox.CompleteAsync(taken, Token));
        Assert.Equal(new UndeliveredMail(0, 0), await Outbox.CountUndeliveredAsync(Token));
        Assert.Null(await TakeAsync(Now + Lease));
    }

    [Fact]
    public async Task The_one_that_waits_longest_is_taken_first()
    {
        var third = await KeepAsync(Now.AddSeconds(3));
        var first = await KeepAsync(Now.AddSeconds(1));
        var second = await KeepAsync(Now.AddSeconds(2));
        await KeepAsync(Now.AddSeconds(9)); // not due yet

        foreach (var expected in (OutboxMail[])[first, second, third])
            Assert.Equal(expected.Id, (await TakeAsync(Now.AddSeconds(5)))!.Mail.Id);
        Assert.Null(await TakeAsync(Now.AddSeconds(5)));
    }

    [Fact]
    public async Task Of_many_takers_each_mail_has_one()
    {
        for (var number = 0; number < Racers / 2; number++)
            await KeepAsync(Now);
        await using var otherNode = Place.Connect();

        var taken = await RaceAsync(number =>
            (number % 2 == 0 ? Outbox : otherNode.Mail).TakeAsync(Now, Now + Lease, Token));

        var ids = taken.OfType<LeasedMail>().Select(mail => mail.Mail.Id).ToList();
        Assert.Equal(ids.Distinct().Count(), ids.Count);
        Assert.NotEmpty(ids);
    }

    [Fact]
    public async Task A_leased_mail_is_nobody_elses_until_its_taker_has_been_silent_for_the_lease()
    {
        var mail = await KeepAsync(Now);
        var crashed = (await TakeAsync(Now))!;
        await using var otherNode = Place.Connect();

        Assert.Null(await otherNode.Mail.TakeAsync(Now + Lease - TimeSpan.FromMilliseconds(1), Now + Lease + Lease, Token));
        var again = (await otherNode.Mail.TakeAsync(Now + Lease, Now + Lease + Lease, Token))!;

        Assert.Equal((mail.Id, 2), (again.Mail.Id, again.Attempt));
        // The first one comes back after all: it decides nothing any more.
        Assert.False(await Outbox.CompleteAsync(crashed, Token));
        Assert.False(await Outbox.PostponeAsync(crashed, Now, Refused, Token));
        Assert.False(await Outbox.GiveUpAsync(crashed, Refused, Token));
        Assert.Empty(await Outbox.ListAsync(null, 10, Token));
        Assert.True(await otherNode.Mail.CompleteAsync(again, Token));
    }

    [Fact]
    public async Task A_mail_that_failed_waits_for_its_next_attempt_and_counts_them()
    {
        await KeepAsync(Now);
        var failed = (await TakeAsync(Now))!;

        Assert.True(await Outbox.PostponeAsync(failed, Now.AddMinutes(5), Refused, Token));

        Assert.Null(await TakeAsync(Now.AddMinutes(4)));
        Assert.Equal(new UndeliveredMail(1, 0), await Outbox.CountUndeliveredAsync(Token));
        Assert.Equal(2, (await TakeAsync(Now.AddMinutes(5)))!.Attempt);
    }

    [Fact]
    public async Task A_mail_that_is_given_up_says_nothing_any_more_and_is_counted_for_thirty_days()
    {
        var mail = await KeepAsync(Now);
        var failed = (await TakeAsync(Now))!;

        Assert.True(await Outbox.GiveUpAsync(failed, Refused, Token));

        Assert.Null(await TakeAsync(Now.AddYears(1)));
        Assert.False(await Outbox.GiveUpAsync(failed, Refused, Token));
        Assert.False(await Outbox.CompleteAsync(failed, Token));
        Assert.Empty((await ContentOfAsync(mail.Id))!);
        Assert.Equal(0, await Store.Lifecycle.DeleteExpiredAsync(Now.AddDays(29), Token));
        Assert.Equal(new UndeliveredMail(0, 1), await Outbox.CountUndeliveredAsync(Token));
        Assert.Equal(1, await Store.Lifecycle.DeleteExpiredAsync(Now.AddDays(30), Token));
        Assert.Equal(new UndeliveredMail(0, 0), await Outbox.CountUndeliveredAsync(Token));
    }

    [Fact]
    public async Task A_mail_that_is_of_use_for_minutes_goes_before_those_that_are_not()
    {
        await KeepAsync(Now.AddSeconds(-9));
        var code = NewMail(Now) with { DeliverBy = Now.AddMinutes(10) };
        await Outbox.EnqueueAsync([code], Token);

        Assert.Equivalent(new LeasedMail(code, 1, Now + Lease), await TakeAsync(Now), strict: true);
    }

    [Fact]
    public async Task A_mail_is_taken_to_the_end_of_its_use_and_dropped_then()
    {
        var code = NewMail(Now) with { DeliverBy = Now.AddMinutes(10) };
        await Outbox.EnqueueAsync([code], Token);
        var last = Now.AddMinutes(10).AddMilliseconds(-1);
        Assert.Equal(0, await Outbox.DropLateAsync(last, Token));
        var taken = (await TakeAsync(last))!;
        await Outbox.PostponeAsync(taken, last.AddHours(1), Refused, Token);

        Assert.Null(await TakeAsync(Now.AddMinutes(10)));
        Assert.NotEmpty((await ContentOfAsync(code.Id))!);
        Assert.Equal(1, await Outbox.DropLateAsync(Now.AddMinutes(10), Token));

        Assert.Empty((await ContentOfAsync(code.Id))!);
        Assert.Equal(0, await Outbox.DropLateAsync(Now.AddMinutes(10), Token));
        Assert.Equal(new UndeliveredMail(0, 1), await Outbox.CountUndeliveredAsync(Token));
        Assert.Equal(new MailFailure(MailFault.Expired, null, Now.AddMinutes(10)), Assert.Single(await Outbox.ListAsync(null, 10, Token)).Failure);
    }

    [Fact]
    public async Task A_mail_in_somebodys_hands_is_dropped_only_after_its_lease()
    {
        await Outbox.EnqueueAsync([NewMail(Now) with { DeliverBy = Now.AddSeconds(10) }], Token);
        var taken = (await TakeAsync(Now))!;

        Assert.Equal(0, await Outbox.DropLateAsync(Now.AddSeconds(11), Token));
        Assert.True(await Outbox.CompleteAsync(taken, Token));
        Assert.Equal(new UndeliveredMail(0, 0), await Outbox.CountUndeliveredAsync(Token));
    }

    [Fact]
    public async Task What_failed_is_listed_with_its_reason_and_what_merely_waits_is_not()
    {
        await KeepAsync(Now.AddDays(1));
        var late = new MailFailure(MailFault.TimedOut, Status: null, Now);
        var postponed = await FailAsync(Now, failed => Outbox.PostponeAsync(failed, Now.AddHours(1), late, Token));
        Assert.True(await Outbox.AnyBlockedAsync(Now.AddHours(1), Token));
        var givenUp = await FailAsync(Now.AddSeconds(1), failed => Outbox.GiveUpAsync(failed, Refused, Token));

        Assert.Equal(
            [
                new FailedMail(givenUp.Id, givenUp.AccountId, givenUp.Kind, Now.AddSeconds(1), 1, null, Refused),
                new FailedMail(postponed.Id, postponed.AccountId, postponed.Kind, Now, 1, Now.AddHours(1), late),
            ],
            await Outbox.ListAsync(null, 10, Token));
        Assert.Equal(givenUp.Id, Assert.Single(await Outbox.ListAsync(null, 1, Token)).Id);
    }

    [Fact]
    public async Task What_was_given_up_is_worth_a_look_for_a_while_and_what_is_delivered_after_all_is_not()
    {
        var down = new MailFailure(MailFault.Unreachable, Status: null, Now);
        await FailAsync(Now, failed => Outbox.GiveUpAsync(failed, down, Token));
        Assert.True(await Outbox.AnyBlockedAsync(Now, Token));
        Assert.False(await Outbox.AnyBlockedAsync(Now.AddSeconds(1), Token));

        await FailAsync(Now, failed => Outbox.PostponeAsync(failed, Now, down, Token));
        Assert.True(await Outbox.AnyBlockedAsync(Now.AddSeconds(1), Token));
        Assert.True(await Outbox.CompleteAsync((await TakeAsync(Now))!, Token));
        Assert.False(await Outbox.AnyBlockedAsync(Now.AddSeconds(1), Token));
    }

    [Fact]
    public async Task What_is_about_one_mailbox_or_came_too_late_says_nothing_of_the_way_out()
    {
        await FailAsync(Now, failed => Outbox.GiveUpAsync(failed, Refused, Token));
        await FailAsync(Now, failed => Outbox.PostponeAsync(failed, Now.AddHours(1), Refused, Token));
        await Outbox.EnqueueAsync([NewMail(Now) with { DeliverBy = Now.AddMinutes(10) }], Token);
        await Outbox.DropLateAsync(Now.AddMinutes(10), Token);

        Assert.Equal(3, (await Outbox.ListAsync(null, 10, Token)).Count);
        Assert.False(await Outbox.AnyBlockedAsync(Now, Token));
    }

    [Fact]
    public async Task All_that_failed_can_be_made_due_at_once_and_that_is_recorded()
    {
        await KeepAsync(Now.AddDays(1));
        var first = await FailAsync(Now, failed => Outbox.PostponeAsync(failed, Now.AddHours(16), Refused, Token));
        await FailAsync(Now, failed => Outbox.GiveUpAsync(failed, Refused, Token));

        Assert.Equal(1, await Outbox.RetryAllAsync(Now, Now + Lease, Retried, Token));
        Assert.Equal(0, await Outbox.RetryAllAsync(Now, Now + Lease, Retried, Token));

        var again = (await TakeAsync(Now))!;
        Assert.Equal((first.Id, 2), (again.Mail.Id, again.Attempt));
        Assert.Null(await TakeAsync(Now));
        Assert.Equal(Retried, Assert.Single(await Store.Audit.ListAsync(new AuditFilter { Event = AuditEvents.MailRetried }, null, 10, Token)).Entry);
    }

    [Fact]
    public async Task A_mail_in_somebodys_hands_is_not_given_to_somebody_else_by_trying_all_again()
    {
        await FailAsync(Now, failed => Outbox.PostponeAsync(failed, Now.AddHours(1), Refused, Token));
        var inHand = (await TakeAsync(Now.AddHours(1)))!;

        Assert.Equal(0, await Outbox.RetryAllAsync(Now.AddHours(1), Now.AddHours(1) + Lease, Retried, Token));

        Assert.Null(await TakeAsync(Now.AddHours(1)));
        Assert.True(await Outbox.CompleteAsync(inHand, Token));
    }

    [Fact]
    public async Task A_list_goes_on_where_its_page_before_ended()
    {
        foreach (var second in (int[])[0, 1, 1, 1, 2])
            await FailAsync(Now.AddSeconds(second), failed => Outbox.GiveUpAsync(failed, Refused, Token));

        var (listed, place) = (new List<FailedMail>(), (FailedMailPlace?)null);
        while (await Outbox.ListAsync(place, 2, Token) is { Count: > 0 } page)
        {
            listed.AddRange(page);
            place = FailedMailPlace.Of(page[^1]);
        }

        Assert.Equal(await Outbox.ListAsync(null, 10, Token), listed);
        Assert.Equal(5, listed.Count);
    }

    [Fact]
    public async Task A_mail_kept_with_other_work_is_there_only_if_that_is()
    {
        var mail = NewMail(Now);

        await Store.Transactions.WriteAsync(
            transaction =>
            {
                transaction.Keep([mail]);
                transaction.Undo();
                return Task.CompletedTask;
            },
            Token);
        Assert.Null(await TakeAsync(Now));

        await Store.Transactions.WriteAsync(
            transaction =>
            {
                transaction.Keep([mail]);
                return Task.CompletedTask;
            },
            Token);
        Assert.Equal(mail.Id, (await TakeAsync(Now))!.Mail.Id);
    }

    [Fact]
    public async Task Of_several_mails_either_all_are_kept_or_none()
    {
        var kept = await KeepAsync(Now);

        await Assert.ThrowsAnyAsync<Exception>(() => Outbox.EnqueueAsync([NewMail(Now), kept], Token));

        Assert.Equal(kept.Id, (await TakeAsync(Now))!.Mail.Id);
    }

    [Fact]
    public async Task A_recovery_code_is_told_of_if_and_only_if_it_was_spent_and_once()
    {
        var ada = await AddAccountAsync();
        await Store.RecoveryCodes.ReplaceAllAsync(ada.Id, new([1], [[1, 1]]), Now, Token);

        Assert.False(await Store.RecoveryCodes.TryConsumeRecoveryCodeAsync(ada.Id, [2, 2], Now, 1, [NewMail(Now)], Token));
        Assert.Null(await TakeAsync(Now));

        await RaceAsync(_ => Store.RecoveryCodes.TryConsumeRecoveryCodeAsync(ada.Id, [1, 1], Now, 1, [NewMail(Now)], Token));
        Assert.Equal(new UndeliveredMail(1, 0), await Outbox.CountUndeliveredAsync(Token));
    }

    [Fact]
    public async Task A_password_is_told_of_if_and_only_if_it_was_set()
    {
        Assert.False(await Store.Passwords.SetHashAsync(Identifiers.New(), "hash", Now, TraceOf(NewMail(Now)), Token));
        Assert.Null(await TakeAsync(Now));

        var mail = NewMail(Now);
        Assert.True(await Store.Passwords.SetHashAsync((await AddAccountAsync()).Id, "hash", Now, TraceOf(mail), Token));
        Assert.Equal(mail.Id, (await TakeAsync(Now))!.Mail.Id);
    }

    [Fact]
    public async Task An_authenticator_is_told_of_if_and_only_if_it_was_added_and_once()
    {
        var ada = await AddAccountAsync();
        Assert.False(await Store.Totp.TryConfirmPendingAsync("a flow", NewAuthenticator(ada.Id), null, [NewTrace()], Now, Token));
        Assert.Null(await TakeAsync(Now));

        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, "a flow"), Now, Token);
        await RaceAsync(_ => Store.Totp.TryConfirmPendingAsync("a flow", NewAuthenticator(ada.Id), null, [NewTrace()], Now, Token));
        Assert.Equal(new UndeliveredMail(1, 0), await Outbox.CountUndeliveredAsync(Token));
    }

    private static OutboxMail NewMail(DateTimeOffset queuedAt) =>
        new(Identifiers.New(), Identifiers.New(), nameof(NoticeKind.PasswordChanged), [0, 1, 255], queuedAt);

    private async Task<OutboxMail> KeepAsync(DateTimeOffset queuedAt)
    {
        var mail = NewMail(queuedAt);
        await Outbox.EnqueueAsync([mail], Token);
        return mail;
    }

    private async Task<OutboxMail> FailAsync(DateTimeOffset queuedAt, Func<LeasedMail, Task<bool>> fail)
    {
        var mail = await KeepAsync(queuedAt);
        var taken = (await TakeAsync(queuedAt))!;
        Assert.Equal(mail.Id, taken.Mail.Id);
        Assert.True(await fail(taken));
        return mail;
    }

    private Task<LeasedMail?> TakeAsync(DateTimeOffset now) => Outbox.TakeAsync(now, now + Lease, Token);

    private Task<byte[]?> ContentOfAsync(string id) =>
        Store.Transactions.ReadAsync(async records => (await records.Mail.FindAsync(id))?.Mail.ProtectedContent, Token);

    private static ChangeTrace NewTrace() => TraceOf(NewMail(Now));

    private static ChangeTrace TraceOf(OutboxMail mail) =>
        new(new AuditEntry(Now, AuditEvents.AuthenticatorEnrolled, null, null, null, Succeeded: true, Detail: null), [mail]);
}

public sealed class MailOutboxOnSqlite() : MailOutboxContract(StoreEngine.Sqlite);

public sealed class MailOutboxOnPostgreSql() : MailOutboxContract(StoreEngine.PostgreSql);

public sealed class MailOutboxOnLiteDb() : MailOutboxContract(StoreEngine.LiteDb);

public sealed class MailOutboxOnMemory() : MailOutboxContract(StoreEngine.Memory);
