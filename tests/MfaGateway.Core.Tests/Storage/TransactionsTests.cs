using System.Security.Cryptography;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.Memory;
using Xunit;

namespace MfaGateway.Core.Tests.Storage;

/// <summary>What the seam promises to rules, whichever engine is under it.</summary>
public sealed class TransactionsTests : IAsyncLifetime
{
    private const string Taken = "taken";
    private const string Followed = "followed";

    private readonly StoreServices _store = new(new MemoryStore());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _store.Lifecycle.OpenAsync(mayCreate: true, Token);
        _store.Audit.Open(new AuditChain(RandomNumberGenerator.GetBytes(AuditChain.KeySize), unchainedTo: 0));
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task What_is_taken_and_what_follows_are_one()
    {
        Assert.True(await _store.Transactions.TakeAsync(TakeAsync, FollowAsync, last: null));

        Assert.True(await IsThereAsync(Taken));
        Assert.True(await IsThereAsync(Followed));
    }

    [Fact]
    public async Task What_can_not_be_taken_lets_nothing_follow()
    {
        Assert.True(await _store.Transactions.TakeAsync(TakeAsync, follow: null, last: null));

        Assert.False(await _store.Transactions.TakeAsync(TakeAsync, FollowAsync, last: null));

        Assert.False(await IsThereAsync(Followed));
    }

    [Fact]
    public async Task What_was_right_is_taken_even_where_what_follows_can_not_be()
    {
        var runs = 0;

        Assert.True(await _store.Transactions.TakeAsync(
            TakeAsync,
            async transaction =>
            {
                await FollowAsync(transaction);
                transaction.Undo();
            },
            _ =>
            {
                runs++;
                return Task.CompletedTask;
            }));

        Assert.True(await IsThereAsync(Taken));
        Assert.False(await IsThereAsync(Followed));
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Where_what_follows_throws_nothing_is_taken()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.Transactions.TakeAsync(
            TakeAsync, _ => throw new InvalidOperationException(), last: null));

        Assert.False(await IsThereAsync(Taken));
    }

    [Fact]
    public async Task What_tells_of_an_undone_transaction_is_not_kept()
    {
        var changed = false;
        _store.Transactions.Changed += (_, _) => changed = true;

        await _store.Transactions.WriteAsync(
            transaction =>
            {
                transaction.Keep(new AuditEntry(DateTimeOffset.UnixEpoch, AuditEvents.FactorChecked, null, null, null, Succeeded: true, null));
                transaction.RaiseChange("ada");
                transaction.Undo();
                return Task.CompletedTask;
            },
            Token);

        Assert.False(changed);
        Assert.Empty(await _store.Audit.ListAsync(before: null, 10, Token));
        Assert.Equal(1, (await _store.Lifecycle.ReadChangesAsync(0, Token)).Mark);
    }

    private static Task<bool> TakeAsync(Transaction transaction) => transaction.Facts.TryAddAsync(Taken, [1]);

    private static Task FollowAsync(Transaction transaction) => transaction.Facts.SetAsync(Followed, [1]);

    private async Task<bool> IsThereAsync(string fact) => await _store.Lifecycle.FindFactAsync(fact, Token) is not null;
}
