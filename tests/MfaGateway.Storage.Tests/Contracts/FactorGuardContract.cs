using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using MfaGateway.Core.Timekeeping;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

/// <summary>A right answer is taken, recorded, taken back from the limits and followed up in one commit.</summary>
public abstract class FactorGuardContract(StoreEngine engine) : StoreContract(engine)
{
    private const int Limit = 3;
    private const long Step = 101;

    [Fact]
    public async Task A_right_answer_counts_once_with_all_that_follows()
    {
        var phone = await AddAuthenticatorAsync((await AddAccountAsync()).Id);

        Assert.IsType<GuardOutcome.Passed>(await AnswerAsync(Store, phone, NoteAsync));

        Assert.Equal(Limit, await CountLeftAsync(phone));
        Assert.NotNull(await FindNoteAsync());
        await RecordedAsync(succeeded: true, times: 1);
    }

    [Fact]
    public async Task An_answer_that_is_used_already_counts_as_wrong_and_nothing_follows()
    {
        var phone = await AddAuthenticatorAsync((await AddAccountAsync()).Id);
        Assert.True(await Store.Totp.TryAdvanceTotpStepAsync(phone.Id, Step, Now, Token));

        var failed = Assert.IsType<GuardOutcome.Failed>(await AnswerAsync(Store, phone, NoteAsync));

        Assert.Equal(FactorResult.AlreadyUsed, failed.Verdict.Result);
        Assert.Equal(Limit - 1, await CountLeftAsync(phone));
        Assert.Null(await FindNoteAsync());
        await RecordedAsync(succeeded: true, times: 0);
        await RecordedAsync(succeeded: false, times: 1);
    }

    [Fact]
    public async Task Where_the_entry_cannot_be_written_nothing_is_taken()
    {
        var phone = await AddAuthenticatorAsync((await AddAccountAsync()).Id);
        await using var mute = Place.ConnectWithoutKey();

        await Assert.ThrowsAsync<InvalidOperationException>(() => AnswerAsync(mute, phone, NoteAsync));

        Assert.Equal(Limit - 1, await CountLeftAsync(phone));
        Assert.Null(await FindNoteAsync());
        Assert.True(await Store.Totp.TryAdvanceTotpStepAsync(phone.Id, Step, Now, Token));
    }

    [Fact]
    public async Task What_was_right_is_spent_even_if_what_follows_is_undone()
    {
        var phone = await AddAuthenticatorAsync((await AddAccountAsync()).Id);

        var outcome = await AnswerAsync(
            Store, phone,
            async (transaction, proof) =>
            {
                await NoteAsync(transaction, proof);
                transaction.Undo();
            });

        Assert.IsType<GuardOutcome.Passed>(outcome);
        Assert.Null(await FindNoteAsync());
        Assert.Equal(Limit, await CountLeftAsync(phone));
        Assert.False(await Store.Totp.TryAdvanceTotpStepAsync(phone.Id, Step, Now, Token));
        await RecordedAsync(succeeded: true, times: 1);
    }

    [Fact]
    public async Task Of_many_that_give_the_same_right_answer_one_passes()
    {
        var phone = await AddAuthenticatorAsync((await AddAccountAsync()).Id);

        var outcomes = await RaceAsync(_ => AnswerAsync(Store, phone, (_, _) => Task.CompletedTask, limit: 1000));

        Assert.Single(outcomes, outcome => outcome is GuardOutcome.Passed);
        await RecordedAsync(succeeded: true, times: 1);
        await RecordedAsync(succeeded: false, times: outcomes.Length - 1);
    }

    private static Task<GuardOutcome> AnswerAsync(
        StoreServices store, TotpAuthenticator phone, Func<Transaction, Proof, Task> follow, int limit = Limit)
    {
        var guard = new FactorGuard(store.Attempts, store.Transactions, new ClockGuard(store.Clock));
        var attempt = new FactorAttempt(FactorKind.Totp, phone.AccountId, new AttemptPlan([BucketOf(phone, limit)]), Now, ClientAddress: null);
        var right = FactorVerdict.Right with
        {
            Take = async transaction => await transaction.Totp.TryAdvanceStepAsync(phone.Id, Step, Now)
                ? FactorVerdict.Right
                : FactorVerdict.AlreadyUsed(waitUntil: null),
        };
        return guard.CheckAsync(attempt, _ => Task.FromResult(right), follow, Token);
    }

    private static AttemptBucket BucketOf(TotpAuthenticator phone, int limit) =>
        new(AttemptLimit.Codes, $"account/{phone.AccountId}/codes", limit, TimeSpan.FromMinutes(15)) { AccountId = phone.AccountId };

    private static Task NoteAsync(Transaction transaction, Proof proof) => transaction.Facts.SetAsync("note", [1]);

    private Task<byte[]?> FindNoteAsync() => Store.Transactions.ReadAsync(records => records.Facts.FindAsync("note"), Token);

    /// <summary>How many more answers the limit grants; they are used up by counting.</summary>
    private async Task<int> CountLeftAsync(TotpAuthenticator phone)
    {
        var left = 0;
        while (await Store.Attempts.TryReserveAttemptAsync([BucketOf(phone, Limit)], Now, Token) is AttemptReservation.Granted)
            left++;
        return left;
    }

    private async Task RecordedAsync(bool succeeded, int times) => Assert.Equal(
        times,
        (await Store.Audit.ListAsync(null, 200, Token))
            .Count(recorded => recorded.Entry.Event == AuditEvents.FactorChecked && recorded.Entry.Succeeded == succeeded));
}

public sealed class FactorGuardOnSqlite() : FactorGuardContract(StoreEngine.Sqlite);

public sealed class FactorGuardOnPostgreSql() : FactorGuardContract(StoreEngine.PostgreSql);

public sealed class FactorGuardOnLiteDb() : FactorGuardContract(StoreEngine.LiteDb);

public sealed class FactorGuardOnMemory() : FactorGuardContract(StoreEngine.Memory);
