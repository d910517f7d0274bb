using System.Security.Cryptography;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Storage;
using Microsoft.AspNetCore.DataProtection;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

/// <summary>Where the key of the chain comes from, and what a store was before it had one.</summary>
public abstract class AuditKeyContract(StoreEngine engine) : StoreContract(engine)
{
    private const string Fact = "audit-key";

    private readonly DataProtectionSecrets _secrets = new DataProtectionSecrets(new EphemeralDataProtectionProvider());

    [Fact]
    public async Task Processes_that_start_together_have_one_key()
    {
        await RaceAsync(async number =>
        {
            if (number >= 12)
                return false; // a dozen processes are enough
            await using var store = await OpenAsync();
            await store.Audit.AppendAsync(NewEntry(number), Token);
            return true;
        });

        var report = await VerifyAsync();
        Assert.Equal(12, report.Entries);
        Assert.Equal(0, report.UnchainedTo);
        Assert.Empty(report.Faults);
    }

    [Fact]
    public async Task The_key_is_not_to_be_read_in_the_store()
    {
        await using var store = await OpenAsync();
        var kept = (await store.Lifecycle.FindFactAsync(Fact, Token))!;
        var key = _secrets.Unprotect(Fact, kept).AsSpan(0, AuditChain.KeySize).ToArray();

        Assert.Equal(-1, kept.AsSpan().IndexOf(key));
        var others = new DataProtectionSecrets(new EphemeralDataProtectionProvider());
        await Assert.ThrowsAsync<StoreRefusedException>(() => AuditKeys.OpenAsync(store.Lifecycle, store.Audit, others, mayMake: true, Token));
    }

    [Fact]
    public async Task A_key_that_was_replaced_is_refused()
    {
        await (await OpenAsync()).DisposeAsync();

        await Store.Transactions.WriteAsync(transaction => transaction.Facts.SetAsync(Fact, RandomNumberGenerator.GetBytes(100)), Token);

        await Assert.ThrowsAsync<StoreRefusedException>(OpenAsync);
    }

    [Fact]
    public async Task A_key_that_was_taken_out_is_not_made_anew()
    {
        await using (var store = await OpenAsync())
            await store.Audit.AppendAsync(NewEntry(1), Token);

        Assert.True(await Store.Transactions.WriteAsync(transaction => transaction.Facts.TryDeleteAsync(Fact), Token));

        await Assert.ThrowsAsync<StoreRefusedException>(OpenAsync);
        Assert.Null(await Store.Lifecycle.FindFactAsync(Fact, Token));
    }

    [Fact]
    public async Task Entries_of_before_the_chain_are_kept_told_apart_and_counted_on()
    {
        await AddUnchainedAsync(entries: 3);

        await using var store = await OpenAsync();
        Assert.Equal(["old 3", "old 2", "old 1"], (await store.Audit.ListAsync(null, 10, Token)).Select(entry => entry.Entry.Detail));
        Assert.Empty((await VerifyAsync()).Faults);

        await store.Audit.AppendAsync(NewEntry(4), Token);
        Assert.Equal([4L, 3, 2, 1], (await store.Audit.ListAsync(null, 10, Token)).Select(entry => entry.Sequence));
        var report = await VerifyAsync();
        Assert.Equal((4, 3), (report.Entries, report.UnchainedTo));
        Assert.Empty(report.Faults);
    }

    [Fact]
    public async Task A_later_entry_cannot_be_passed_off_as_one_of_before_the_chain()
    {
        await AddUnchainedAsync(entries: 3);
        await using (var store = await OpenAsync())
        {
            await store.Audit.AppendAsync(NewEntry(4), Token);
            await store.Audit.AppendAsync(NewEntry(5), Token);
        }

        await ChangeAsync(audit =>
        {
            foreach (var sequence in (long[])[4, 5])
            {
                audit.Edit(sequence, entry => entry with { Detail = "x" });
                audit.SetMac(sequence, mac: null);
            }

            audit.Head = audit.Head with { LastMac = audit.Head.MacBefore, Seal = null };
        });

        Assert.Contains((await VerifyAsync()).Faults, fault => fault.Kind == AuditFaultKind.HeadForged);
    }

    [Fact]
    public async Task Missing_entries_of_before_the_chain_show_by_their_numbers()
    {
        await AddUnchainedAsync(entries: 3);
        await using var store = await OpenAsync();
        await store.Audit.AppendAsync(NewEntry(4), Token);

        await ChangeAsync(audit => audit.Delete(2));

        Assert.Equal([new(AuditFaultKind.Missing, 2)], (await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task Retention_takes_entries_of_before_the_chain_as_well()
    {
        await AddUnchainedAsync(entries: 3);
        await using var store = await OpenAsync();
        await store.Audit.AppendAsync(NewEntry(4), Token);

        Assert.Equal(2, (await store.Audit.TrimAsync(Now.AddSeconds(3), 100, Now.AddDays(30), Token)).Deleted);
        Assert.Equal((3L, 3L), await CountAsync());
        Assert.Equal(2, (await store.Audit.TrimAsync(Now.AddDays(1), 100, Now.AddDays(30), Token)).Deleted);
        Assert.Equal((2L, 0L), await CountAsync());

        async Task<(long, long)> CountAsync()
        {
            var report = await VerifyAsync();
            Assert.Empty(report.Faults);
            return (report.Entries, report.UnchainedTo);
        }
    }

    private static AuditEntry NewEntry(int number) =>
        new(Now.AddSeconds(number), AuditEvents.SessionStarted, "ada's id", "ada's id", "192.0.2.7", true, "number");

    /// <summary>As a program does that starts: opens the store, then the key.</summary>
    private async Task<StoreServices> OpenAsync()
    {
        var store = Place.ConnectWithoutKey();
        await store.Lifecycle.OpenAsync(mayCreate: false, Token);
        store.Audit.Open(await AuditKeys.OpenAsync(store.Lifecycle, store.Audit, _secrets, mayMake: true, Token));
        return store;
    }

    private async Task<AuditReport> VerifyAsync()
    {
        var chain = await AuditKeys.OpenAsync(Store.Lifecycle, Store.Audit, _secrets, mayMake: false, Token);
        return await new AuditVerification(Store.Audit, chain).VerifyAsync(mark: null, Token);
    }

    /// <summary>Puts in entries without codes, as a store has that was written without a chain.</summary>
    private Task AddUnchainedAsync(int entries) => ChangeAsync(audit =>
    {
        for (var number = 1; number <= entries; number++)
        {
            audit.Put(
                number, new AuditEntry(Now.AddSeconds(number), AuditEvents.SessionStarted, null, null, null, true, $"old {(char)('0' + number)}"), mac: null);
        }

        audit.Head = audit.Head with { LastSequence = entries };
    });

    private Task ChangeAsync(Action<AuditInHand> change) => AuditInHand.ChangeAsync(Store, change, Token);
}

public sealed class AuditKeyOnSqlite() : AuditKeyContract(StoreEngine.Sqlite);

public sealed class AuditKeyOnPostgreSql() : AuditKeyContract(StoreEngine.PostgreSql);

public sealed class AuditKeyOnLiteDb() : AuditKeyContract(StoreEngine.LiteDb);

public sealed class AuditKeyOnMemory() : AuditKeyContract(StoreEngine.Memory);
