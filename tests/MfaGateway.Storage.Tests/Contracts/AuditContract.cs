using MfaGateway.Core.Auditing;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class AuditContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task Entries_are_numbered_from_one_and_read_newest_first()
    {
        var full = new AuditEntry(Now, AuditEvents.FactorChecked, "ada's id", "command", "192.0.2.7", true, "totp – \"ok\"");
        var bare = new AuditEntry(Now.AddSeconds(-5), AuditEvents.FlowEnded, null, null, null, false, null);
        await Store.Audit.AppendAsync(full, Token);
        await Store.Audit.AppendAsync(bare, Token);

        Assert.Equal(
            [new RecordedAuditEntry(2, bare), new RecordedAuditEntry(1, full)], await Store.Audit.ListAsync(null, 10, Token));
    }

    [Fact]
    public async Task Older_entries_are_read_page_by_page()
    {
        for (var number = 1; number <= 5; number++)
            await Store.Audit.AppendAsync(NewEntry(number), Token);

        Assert.Equal([5L, 4], await SequencesAsync(null, 2));
        Assert.Equal([3L, 2], await SequencesAsync(4, 2));
        Assert.Equal([1L], await SequencesAsync(2, 2));
        Assert.Empty(await SequencesAsync(1, 2));
    }

    [Fact]
    public async Task A_filter_lets_through_what_fits_all_of_it()
    {
        await Store.Audit.AppendAsync(new(Now, AuditEvents.FactorChecked, "ada's id", "ada's id", "192.0.2.7", false, "1"), Token);
        await Store.Audit.AppendAsync(new(Now.AddMinutes(1), AuditEvents.FactorChecked, "ada's id", "ada's id", "2001:db8::7", true, "2"), Token);
        await Store.Audit.AppendAsync(new(Now.AddMinutes(2), AuditEvents.FlowEnded, "bob's id", "bob's id", "192.0.2.7", false, "3"), Token);
        await Store.Audit.AppendAsync(new(Now.AddMinutes(3), AuditEvents.AccountDisabled, "bob's id", "command", null, true, "4"), Token);
        await Store.Audit.AppendAsync(new(Now.AddMinutes(4), "factor_x", null, null, null, true, "5"), Token);

        Assert.Equal("54321", await DetailsAsync(new()));
        Assert.Equal("21", await DetailsAsync(new() { AccountId = "ada's id" }));
        Assert.Equal("4", await DetailsAsync(new() { Actor = "command" }));
        Assert.Equal("4", await DetailsAsync(new() { AccountId = "bob's id", Actor = "command" }));
        Assert.Equal("21", await DetailsAsync(new() { Event = AuditEvents.FactorChecked }));
        Assert.Equal("21", await DetailsAsync(new() { Event = "factor." }));
        Assert.Equal("", await DetailsAsync(new() { Event = "factor" }));
        Assert.Equal("", await DetailsAsync(new() { Event = "%." }));
        Assert.Equal("", await DetailsAsync(new() { Event = "Factor." }));
        Assert.Equal("31", await DetailsAsync(new() { Succeeded = false }));
        Assert.Equal("542", await DetailsAsync(new() { Succeeded = true }));
        Assert.Equal("31", await DetailsAsync(new() { ClientAddress = "192.0.2.7" }));
        Assert.Equal("", await DetailsAsync(new() { ClientAddress = "192.0.2" }));
        Assert.Equal("32", await DetailsAsync(new() { From = Now.AddMinutes(1), Until = Now.AddMinutes(3) }));
        Assert.Equal("", await DetailsAsync(new() { AccountId = "' OR 1=1 --" }));

        Assert.Equal([2L], (await Store.Audit.ListAsync(new() { AccountId = "ada's id" }, null, 1, Token)).Select(entry => entry.Sequence));
        Assert.Equal([1L], (await Store.Audit.ListAsync(new() { AccountId = "ada's id" }, 2, 10, Token)).Select(entry => entry.Sequence));

        async Task<string> DetailsAsync(AuditFilter filter) =>
            string.Concat((await Store.Audit.ListAsync(filter, null, 10, Token)).Select(entry => entry.Entry.Detail));
    }

    [Fact]
    public async Task Entries_written_at_once_by_two_nodes_leave_no_gap()
    {
        await using var otherNode = Place.Connect();

        await RaceAsync(async number =>
        {
            await (number % 2 == 0 ? Store : otherNode).Audit.AppendAsync(NewEntry(number), Token);
            return true;
        });

        var all = await Store.Audit.ListAsync(null, 1000, Token);
        Assert.Equal(Enumerable.Range(1, Racers).Reverse().Select(number => (long)number), all.Select(entry => entry.Sequence));
        Assert.Equal(Racers, all.Select(entry => entry.Entry.Detail).Distinct().Count());
    }

    private static AuditEntry NewEntry(int number) =>
        new(Now, AuditEvents.SessionStarted, "ada's id", "ada's id", "192.0.2.7", true, $"number {number}");

    private async Task<IEnumerable<long>> SequencesAsync(long? before, int count) =>
        (await Store.Audit.ListAsync(before, count, Token)).Select(entry => entry.Sequence);
}

public sealed class AuditOnSqlite() : AuditContract(StoreEngine.Sqlite);

public sealed class AuditOnPostgreSql() : AuditContract(StoreEngine.PostgreSql);

public sealed class AuditOnLiteDb() : AuditContract(StoreEngine.LiteDb);

public sealed class AuditOnMemory() : AuditContract(StoreEngine.Memory);
