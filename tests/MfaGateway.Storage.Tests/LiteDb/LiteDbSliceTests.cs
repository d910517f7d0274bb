using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using MfaGateway.Storage.Tests.Contracts;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>What is longer than one slice is read, listed and swept to its end; and reads are units of their own.</summary>
public sealed class LiteDbSliceTests() : StoreContract(StoreEngine.LiteDb)
{
    private const int Many = 1201; // more than two slices of 500 and six of 200

    [Fact]
    public async Task People_are_found_paged_and_counted_across_slices()
    {
        await AddPeopleAsync();

        var seen = new List<string>();
        for (var place = AccountPlace.Start; ;)
        {
            var page = await Store.Directory.FindPageAsync(new AccountFilter(), place, 333, Now, Token);
            seen.AddRange(page.Accounts.Select(one => one.Account.UserName));
            if (!page.HasLater)
                break;
            place = AccountPlace.After(seen[^1]);
        }

        Assert.Equal(Enumerable.Range(0, Many).Select(NameOf), seen);
        Assert.Equal(Many, await Store.Directory.CountAsync(new AccountFilter(), Now, Token));
        Assert.Equal(1, await Store.Directory.CountAsync(new AccountFilter { Text = "0007@" }, Now, Token));
        var back = await Store.Directory.FindPageAsync(new AccountFilter { Text = "7@" }, AccountPlace.Before("person1200"), 200, Now, Token);
        Assert.Equal(Enumerable.Range(0, 120).Select(number => NameOf(10 * number + 7)), back.Accounts.Select(one => one.Account.UserName));
        Assert.Equal(["even", "odd", "staff"], await Store.Directory.ListGroupsAsync(Token));
        var members = await Store.Transactions.ReadAsync(records => records.AccountSearch.ListMembersAsync(["odd", "even"], string.Empty, Many + 1), Token);
        Assert.Equal(Many, members.Count);
        Assert.Equal(members.Order(StringComparer.Ordinal), members);
    }

    [Fact]
    public async Task A_long_log_is_listed_verified_and_cut_across_slices()
    {
        for (var first = 1; first <= Many; first += 100)
            await Store.Audit.AppendAllAsync([.. Enumerable.Range(first, Math.Min(100, Many + 1 - first)).Select(NewEntry)], Token);

        var odd = await Store.Audit.ListAsync(new AuditFilter { AccountId = "odd" }, before: 1200, int.MaxValue, Token);
        Assert.Equal(Enumerable.Range(0, 600).Select(number => 1199L - 2 * number), odd.Select(entry => entry.Sequence));
        var old = await Store.Audit.ListAsync(new AuditFilter { Until = Now.AddSeconds(3) }, before: null, 10, Token);
        Assert.Equal([2L, 1], old.Select(entry => entry.Sequence));
        Assert.Equal(Many, (await new AuditVerification(Store.Audit, Place.Chain).VerifyAsync(mark: null, Token)).Entries);

        Assert.Equal(1100, (await Store.Audit.TrimAsync(Now.AddSeconds(1101), 5000, Now.AddDays(1), Token)).Deleted);
        Assert.Empty((await new AuditVerification(Store.Audit, Place.Chain).VerifyAsync(mark: null, Token)).Faults);
    }

    [Fact]
    public async Task All_that_is_over_is_swept_however_much_it_is()
    {
        var ada = await AddAccountAsync();
        await InPortionsAsync(async (transaction, number) =>
        {
            var key = NameOf(number);
            await transaction.Attempts.SaveAsync(new AttemptBucket(AttemptLimit.Codes, key, 1, TimeSpan.FromMinutes(1)), AttemptState.Empty, Now.AddMinutes(number % 2));
            await transaction.KnownBrowsers.SetAsync(new KnownBrowser(
                key, SecretToken.New().Hash, ada.Id, "::1", "agent", Now, Now, Now.AddDays(number % 2)));
        });

        Assert.Equal(2 * 601, await Store.Lifecycle.DeleteExpiredAsync(Now, Token));
        Assert.Equal(600, (await Store.ListAttemptKeysAsync()).Count);
        Assert.Equal(600, (await Store.Transactions.ReadAsync(records => records.KnownBrowsers.ListAsync(ada.Id), Token)).Count);
        Assert.Equal(2 * 600, await Store.Lifecycle.DeleteExpiredAsync(Now.AddDays(1), Token));
        Assert.Equal(0, await Store.Lifecycle.DeleteExpiredAsync(Now.AddDays(1), Token));
    }

    [Fact]
    public async Task An_account_goes_with_all_it_has_however_much_it_is()
    {
        var ada = await AddAccountAsync();
        await InPortionsAsync((transaction, _) => transaction.Sessions.AddAsync(NewSession(ada.Id)));

        await Store.Transactions.WriteAsync(transaction => transaction.Accounts.DeleteAsync(ada.Id), Token);

        Assert.Empty(await Store.Sessions.ListAsync(ada.Id, Token));
        Assert.Equal(0, await Store.Lifecycle.DeleteExpiredAsync(Now.AddYears(1), Token));
    }

    [Fact]
    public async Task A_mail_that_has_an_end_passes_a_long_queue_of_others()
    {
        var ada = await AddAccountAsync();
        await InPortionsAsync((transaction, number) => transaction.Mail.AddAsync(new OutboxMail($"notice{number:d4}", ada.Id, "notice", [1], Now.AddSeconds(-number))));
        await Store.Transactions.WriteAsync(
            transaction => transaction.Mail.AddAsync(new OutboxMail("code", ada.Id, "code", [1], Now) { DeliverBy = Now.AddMinutes(5) }), Token);

        Assert.Equal("code", (await Store.Mail.TakeAsync(Now, Now.AddMinutes(1), Token))!.Mail.Id);
        Assert.Equal("notice1200", (await Store.Mail.TakeAsync(Now, Now.AddMinutes(1), Token))!.Mail.Id);
        Assert.Equal("notice1199", (await Store.Mail.TakeAsync(Now, Now.AddMinutes(1), Token))!.Mail.Id);
        Assert.Equal(new UndeliveredMail(Many + 1, 0), await Store.Mail.CountUndeliveredAsync(Token));
    }

    [Fact]
    public async Task Work_that_reads_may_not_write_and_lets_others_pass_between_its_reads()
    {
        await Store.Engine.ReadAsync(
            async records =>
            {
                Assert.Null(await records.Facts.FindAsync("meanwhile"));
                await Assert.ThrowsAsync<InvalidOperationException>(() => records.Facts.SetAsync("meanwhile", [1]));
                Assert.True(await Store.Lifecycle.TryAddFactAsync("meanwhile", [2], Token)); // would wait for itself in one unit
                Assert.Equal([2], await records.Facts.FindAsync("meanwhile"));
                return true;
            },
            Token);
    }

    [Fact]
    public async Task A_store_of_a_newer_program_is_refused_and_left_alone()
    {
        await LiteDbStoreFixture.EngineOf(Store).Engine.RunAsync(unit =>
        {
            var schema = unit.Find("val", "schema")!;
            schema["v"] = 999;
            unit.Put("val", schema);
            return true;
        });
        await Store.DisposeAsync();

        for (var start = 1; start <= 2; start++)
        {
            await using var again = Place.Connect();
            var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => again.Lifecycle.OpenAsync(mayCreate: true, Token));
            Assert.Contains("version 999", refused.Message, StringComparison.Ordinal);
        }
    }

    private static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"person{number:d4}");

    private static AuditEntry NewEntry(int number) => new(
        Now.AddSeconds(number), AuditEvents.SessionStarted, number % 2 == 1 ? "odd" : "even", null, null, true, NameOf(number));

    private Task AddPeopleAsync() => InPortionsAsync(async (transaction, number) =>
    {
        var account = NewAccount(NameOf(number)) with { Groups = [number % 2 == 1 ? "odd" : "even", "staff"] };
        Assert.True(await transaction.Accounts.TryAddAsync(account));
    });

    private async Task InPortionsAsync(Func<Transaction, int, Task> add)
    {
        foreach (var portion in Enumerable.Range(0, Many).Chunk(100))
        {
            await Store.Transactions.WriteAsync(
                async transaction =>
                {
                    foreach (var number in portion)
                        await add(transaction, number);
                },
                Token);
        }
    }
}
