using System.Globalization;
using MfaGateway.Core.Auditing;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

/// <summary>What somebody who can write the database, but has no key, can do to the audit, and what is found of it.</summary>
public abstract class AuditChainContract(StoreEngine engine) : StoreContract(engine)
{
    private const int Entries = 9;

    private static readonly Dictionary<string, Func<AuditEntry, AuditEntry>> Edits = new()
    {
        ["at"] = entry => entry with { At = entry.At.AddMilliseconds(1) },
        ["event"] = entry => entry with { Event = AuditEvents.SessionEnded },
        ["account"] = entry => entry with { AccountId = "bob's id" },
        ["no account"] = entry => entry with { AccountId = null },
        ["actor"] = entry => entry with { Actor = string.Empty },
        ["client address"] = entry => entry with { ClientAddress = "192.0.2.8" },
        ["succeeded"] = entry => entry with { Succeeded = false },
        ["no detail"] = entry => entry with { Detail = null },
        ["account and actor joined"] = entry => entry with { AccountId = entry.AccountId + entry.Actor, Actor = string.Empty },
    };

    private static readonly Dictionary<string, Action<AuditInHand>> Attacks = new()
    {
        ["no seal"] = audit => audit.Head = audit.Head with { Seal = null },
        ["no seal, from the beginning"] = audit => audit.Head = audit.Head with { Seal = null, LastSequence = 0 },
        ["another last code"] = audit => audit.Head = audit.Head with { LastMac = audit.Head.MacBefore },
        ["a later end"] = audit => audit.Head = audit.Head with { LastSequence = 12 },
        ["an earlier end"] = audit => audit.Head = audit.Head with { LastSequence = 3 },
        ["an entry more"] = audit => audit.Put(10, new AuditEntry(Now, AuditEvents.SessionStarted, null, null, null, true, null), mac: null),
        ["an edit"] = audit => audit.Edit(3, entry => entry with { Detail = "x" }),
        ["a deletion"] = audit => audit.Delete(3),
    };

    public static TheoryData<string> EditNames => [.. Edits.Keys];

    [Fact]
    public async Task What_gateways_wrote_is_whole()
    {
        await FillAsync();

        var report = await VerifyAsync();

        Assert.Equal(Entries, report.Entries);
        Assert.Empty(report.Faults);
    }

    [Fact]
    public async Task An_empty_log_is_whole()
    {
        var report = await VerifyAsync();

        Assert.Equal(0, report.Entries);
        Assert.Empty(report.Faults);
    }

    [Theory]
    [MemberData(nameof(EditNames))]
    public async Task Any_edit_of_an_entry_is_found_at_that_entry(string edit)
    {
        await FillAsync();

        await AttackAsync(audit => audit.Edit(4, Edits[edit]));

        Assert.Equal([new(AuditFaultKind.Edited, 4)], (await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task An_entry_whose_code_was_taken_is_found()
    {
        await FillAsync();

        await AttackAsync(audit => audit.SetMac(4, mac: null));

        Assert.Equal([new(AuditFaultKind.Edited, 4)], (await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task An_edit_with_the_code_of_another_entry_is_found_at_that_entry()
    {
        await FillAsync();

        await AttackAsync(audit =>
        {
            audit.Edit(4, entry => entry with { Detail = "x" });
            audit.SetMac(4, audit.MacOf(2));
        });

        var fault = Assert.Single((await VerifyAsync()).Faults);
        Assert.Equal((AuditFaultKind.Edited, 4L), (fault.Kind, fault.From));
    }

    [Fact]
    public async Task Edits_in_several_places_are_all_found()
    {
        await FillAsync();

        await AttackAsync(audit =>
        {
            foreach (var sequence in (long[])[2, 5, 9])
                audit.Edit(sequence, entry => entry with { Detail = "x" });
        });

        Assert.Equal([2L, 5, 9], (await VerifyAsync()).Faults.Select(fault => fault.From));
    }

    [Fact]
    public async Task Deleted_entries_are_missing_by_their_numbers()
    {
        await FillAsync();

        await AttackAsync(audit => audit.Delete(4, 5, 7));

        Assert.Equal(
            [new(AuditFaultKind.Missing, 4, 5), new(AuditFaultKind.Missing, 7)], (await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task A_deletion_that_is_hidden_by_new_numbers_is_found_where_it_was_and_at_the_end()
    {
        await FillAsync();

        await AttackAsync(audit => audit.CloseGap(4));

        Assert.Equal(
            [new(AuditFaultKind.Edited, 4, 8), new(AuditFaultKind.CutOff, 9)], (await VerifyAsync()).Faults);
    }

    [Theory]
    [InlineData(4, 5)]
    [InlineData(2, 8)]
    public async Task Entries_that_changed_places_are_found_at_both(long one, long other)
    {
        await FillAsync();

        await AttackAsync(audit => audit.Exchange(one, other));

        Assert.Equal(
            [new(AuditFaultKind.Reordered, one), new(AuditFaultKind.Reordered, other)], (await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task Entries_whose_words_changed_places_are_found_at_both()
    {
        await FillAsync();

        await AttackAsync(audit =>
        {
            audit.Edit(4, entry => entry with { Detail = "number 6" });
            audit.Edit(6, entry => entry with { Detail = "number 4" });
        });

        Assert.Equal([4L, 6], (await VerifyAsync()).Faults.Select(fault => fault.From));
    }

    [Fact]
    public async Task A_cut_off_end_is_found()
    {
        await FillAsync();

        await AttackAsync(audit => audit.DeleteAbove(7));

        Assert.Equal([new(AuditFaultKind.CutOff, 8, 9)], (await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task An_emptied_log_is_found()
    {
        await FillAsync();

        await AttackAsync(audit => audit.DeleteAbove(0));

        Assert.Equal([new(AuditFaultKind.CutOff, 1, Entries)], (await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task A_cut_off_end_with_a_head_to_match_is_found()
    {
        await FillAsync();

        await CutAsync(after: 7);

        Assert.Contains((await VerifyAsync()).Faults, fault => fault.Kind == AuditFaultKind.HeadForged);
    }

    [Fact]
    public async Task A_beginning_that_retention_did_not_cut_off_is_found()
    {
        await FillAsync();

        await AttackAsync(audit => audit.Delete(1, 2, 3));
        Assert.Equal([new(AuditFaultKind.Missing, 1, 3)], (await VerifyAsync()).Faults);

        var mac = (await Store.Audit.ReadChainAsync(3, 1, Token))[0].Mac;
        await AttackAsync(audit => audit.Head = audit.Head with { FirstSequence = 4, MacBefore = mac! });
        Assert.Contains((await VerifyAsync()).Faults, fault => fault.Kind == AuditFaultKind.HeadForged);
    }

    [Theory]
    [InlineData("no seal")]
    [InlineData("another last code")]
    [InlineData("a later end")]
    public async Task A_changed_head_is_found(string attack)
    {
        await FillAsync();

        await AttackAsync(Attacks[attack]);

        Assert.Contains((await VerifyAsync()).Faults, fault => fault.Kind == AuditFaultKind.HeadForged);
    }

    [Fact]
    public async Task A_head_that_is_gone_is_found()
    {
        await FillAsync();

        await Store.DeleteAuditHeadAsync();

        Assert.Contains((await VerifyAsync()).Faults, fault => fault.Kind == AuditFaultKind.HeadForged);
    }

    [Fact]
    public async Task An_entry_that_somebody_else_appended_is_found()
    {
        await FillAsync();

        await AttackAsync(audit => audit.Copy(9, 10));

        Assert.Equal([new(AuditFaultKind.Added, 10)], (await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task An_entry_under_another_key_is_found()
    {
        await FillAsync();
        await using var forger = Place.ConnectWithoutKey();
        forger.Audit.Open(new AuditChain(new byte[AuditChain.KeySize], unchainedTo: 0));

        await forger.Audit.AppendAsync(NewEntry(10), Token);

        Assert.NotEmpty((await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task Nothing_is_recorded_without_a_key()
    {
        await using var store = Place.ConnectWithoutKey();

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Audit.AppendAsync(NewEntry(1), Token));

        Assert.Empty(await Store.Audit.ListAsync(null, 10, Token));
    }

    [Fact]
    public async Task What_was_cut_off_stays_found_when_the_gateway_goes_on()
    {
        await FillAsync();
        await CutAsync(after: 7);

        await Store.Audit.AppendAsync(NewEntry(10), Token);
        await Store.Audit.AppendAsync(NewEntry(11), Token);

        Assert.Equal([new(AuditFaultKind.Interrupted, 8)], (await VerifyAsync()).Faults);
        var newest = await Store.Audit.ListAsync(null, 3, Token);
        Assert.Equal([AuditEvents.SessionStarted, AuditEvents.SessionStarted, AuditEvents.ChainBroken], newest.Select(entry => entry.Entry.Event));
    }

    [Theory]
    [InlineData("no seal, from the beginning")]
    [InlineData("an earlier end")]
    [InlineData("an entry more")]
    public async Task The_gateway_goes_on_after_any_change_and_it_stays_found(string attack)
    {
        await FillAsync();
        await AttackAsync(Attacks[attack]);
        await AssertGoesOnAsync();
    }

    [Fact]
    public async Task The_gateway_goes_on_without_a_head_and_it_stays_found()
    {
        await FillAsync();
        await Store.DeleteAuditHeadAsync();
        await AssertGoesOnAsync();
    }

    [Fact]
    public async Task A_store_put_back_to_an_earlier_state_fits_in_itself_and_is_found_by_what_was_seen_of_it()
    {
        await FillAsync();
        var early = await SaveHeadAsync();
        await FillAsync(from: Entries + 1, to: Entries + 5);
        var seen = await Store.Audit.ReadHeadAsync(Token);
        var mark = new AuditMark(seen!.LastSequence, seen.LastMac);
        Assert.Empty((await VerifyAsync(mark)).Faults);

        await AttackAsync(audit => audit.DeleteAbove(Entries));
        await PutHeadAsync(early);

        Assert.Empty((await VerifyAsync()).Faults); // nothing in the store can tell
        Assert.Equal([new(AuditFaultKind.RolledBack, mark.Sequence)], (await VerifyAsync(mark)).Faults);

        // Nor does it help to let the log grow past what was seen.
        await FillAsync(from: 100, to: 110);
        Assert.Equal([new(AuditFaultKind.RolledBack, mark.Sequence)], (await VerifyAsync(mark)).Faults);
    }

    [Fact]
    public async Task An_old_head_under_newer_entries_is_found()
    {
        await FillAsync();
        var early = await SaveHeadAsync();
        await FillAsync(from: Entries + 1, to: Entries + 5);

        await PutHeadAsync(early);

        Assert.Equal([new(AuditFaultKind.Added, Entries + 1, Entries + 5)], (await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task Retention_deletes_what_is_old_says_so_and_leaves_the_rest_whole()
    {
        for (var day = 1; day <= Entries; day++)
            await Store.Audit.AppendAsync(NewEntry(day) with { At = Now.AddDays(day) }, Token);

        var trimmed = await Store.Audit.TrimAsync(Now.AddDays(5), 100, Now.AddDays(30), Token);

        Assert.Equal(new AuditTrimming(4, null), trimmed);
        var left = await Store.Audit.ListAsync(null, 100, Token);
        Assert.Equal([10L, 9, 8, 7, 6, 5], left.Select(entry => entry.Sequence));
        Assert.Equal(
            new AuditEntry(Now.AddDays(30), AuditEvents.AuditTrimmed, null, "gateway", null, true, "entries 1 to 4"), left[0].Entry);
        var report = await VerifyAsync(new AuditMark(2, [1, 2, 3])); // what was seen of it is deleted by now
        Assert.Equal(6, report.Entries);
        Assert.Empty(report.Faults);
    }

    [Fact]
    public async Task Retention_goes_on_in_portions_and_may_take_all()
    {
        await FillAsync();

        Assert.Equal(4, (await Store.Audit.TrimAsync(Now.AddDays(1), 4, Now.AddDays(30), Token)).Deleted);
        Assert.Equal(5, (await Store.Audit.TrimAsync(Now.AddDays(1), 100, Now.AddDays(30), Token)).Deleted);
        Assert.Equal(0, (await Store.Audit.TrimAsync(Now.AddDays(1), 100, Now.AddDays(30), Token)).Deleted);

        Assert.Equal(["entries 5 to 9", "entries 1 to 4"], (await Store.Audit.ListAsync(null, 100, Token)).Select(entry => entry.Entry.Detail));
        Assert.Empty((await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task An_old_entry_behind_a_young_one_is_kept()
    {
        foreach (var days in (int[])[1, 9, 1])
            await Store.Audit.AppendAsync(NewEntry(1) with { At = Now.AddDays(days) }, Token);

        Assert.Equal(1, (await Store.Audit.TrimAsync(Now.AddDays(5), 100, Now.AddDays(30), Token)).Deleted);
    }

    [Fact]
    public async Task A_deletion_after_retention_is_still_found()
    {
        await FillAsync();
        await Store.Audit.TrimAsync(Now.AddDays(1), 4, Now.AddDays(30), Token);

        await AttackAsync(audit => audit.Delete(5));

        Assert.Equal([new(AuditFaultKind.Missing, 5)], (await VerifyAsync()).Faults);
    }

    [Theory]
    [InlineData("an edit", AuditFaultKind.Edited, 3)]
    [InlineData("a deletion", AuditFaultKind.Missing, 3)]
    public async Task Retention_never_deletes_what_shows_a_change(string attack, AuditFaultKind kind, long where)
    {
        await FillAsync();
        await AttackAsync(Attacks[attack]);

        var trimmed = await Store.Audit.TrimAsync(Now.AddDays(1), 100, Now.AddDays(30), Token);

        Assert.Equal(new AuditTrimming(2, new AuditFault(kind, where)), trimmed);
        Assert.Equal([new(kind, where)], (await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task Retention_leaves_a_log_alone_whose_head_was_changed()
    {
        await FillAsync();
        await AttackAsync(audit => audit.Head = audit.Head with { LastSequence = 8 });

        var trimmed = await Store.Audit.TrimAsync(Now.AddDays(1), 100, Now.AddDays(30), Token);

        Assert.Equal((0, AuditFaultKind.HeadForged), (trimmed.Deleted, trimmed.Fault?.Kind));
        Assert.Equal(Entries, (await Store.Audit.ListAsync(null, 100, Token)).Count);
    }

    [Fact]
    public async Task Two_nodes_that_append_while_retention_runs_leave_one_whole_chain()
    {
        await using var otherNode = Place.Connect();

        await RaceAsync(async number =>
        {
            if (number % 16 == 0)
                return (await otherNode.Audit.TrimAsync(Now.AddDays(1), 3, Now.AddDays(2), Token)).Deleted;
            await (number % 2 == 0 ? Store : otherNode).Audit.AppendAsync(NewEntry(number), Token);
            return 0;
        });

        Assert.Empty((await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task A_verification_beside_gateways_that_append_finds_nothing()
    {
        await FillAsync(to: 500);
        using var enough = new CancellationTokenSource();
        await using var otherNode = Place.Connect();
        var appending = Task.Run(
            async () =>
            {
                for (var number = 1000; !enough.IsCancellationRequested; number++)
                {
                    await otherNode.Audit.AppendAsync(NewEntry(number), Token);
                    await otherNode.Audit.TrimAsync(Now.AddDays(1), 1, Now.AddDays(2), Token);
                }
            },
            Token);

        for (var run = 1; run <= 5; run++)
            Assert.Empty((await VerifyAsync()).Faults);
        await enough.CancelAsync();
        await appending;
    }

    [Fact]
    public async Task An_entry_within_another_change_is_kept_or_undone_with_it()
    {
        await Store.Transactions.WriteAsync(
            async transaction =>
            {
                await transaction.Facts.SetAsync("undone", [1]);
                transaction.Keep(NewEntry(1));
                transaction.Undo();
            },
            Token);
        await Store.Transactions.WriteAsync(
            async transaction =>
            {
                await transaction.Facts.SetAsync("kept", [1]);
                transaction.Keep(NewEntry(2));
                transaction.Keep(NewEntry(3));
            },
            Token);

        Assert.Equal(["number 3", "number 2"], (await Store.Audit.ListAsync(null, 10, Token)).Select(entry => entry.Entry.Detail));
        Assert.Null(await Store.Lifecycle.FindFactAsync("undone", Token));
        Assert.Empty((await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task Texts_that_no_engine_keeps_alike_are_recorded_clean_and_fit()
    {
        var odd = NewEntry(1) with
        {
            ClientAddress = "a\0b\ud800c",
            Detail = "fake\n2026-01-01 \u202e" + new string('é', 300),
            Actor = string.Empty,
            AccountId = null,
        };

        await Store.Audit.AppendAsync(odd, Token);

        var kept = Assert.Single(await Store.Audit.ListAsync(null, 10, Token)).Entry;
        Assert.Equal("a\ufffdb\ufffdc", kept.ClientAddress);
        Assert.StartsWith("fake\ufffd2026-01-01 \ufffdéé", kept.Detail, StringComparison.Ordinal);
        Assert.Equal(200, kept.Detail!.Length);
        Assert.Equal((string.Empty, null), (kept.Actor, kept.AccountId));
        Assert.Empty((await VerifyAsync()).Faults);
    }

    private static AuditEntry NewEntry(int number) => new(
        Now.AddSeconds(number), AuditEvents.SessionStarted, "ada's id", "ada's id", "192.0.2.7", true,
        string.Create(CultureInfo.InvariantCulture, $"number {number}"));

    private async Task FillAsync(int from = 1, int to = Entries)
    {
        for (var number = from; number <= to; number++)
            await Store.Audit.AppendAsync(NewEntry(number), Token);
    }

    private Task<AuditReport> VerifyAsync(AuditMark? mark = null) =>
        new AuditVerification(Store.Audit, Place.Chain).VerifyAsync(mark, Token);

    private async Task AttackAsync(Action<AuditInHand> attack)
    {
        await using var attacker = Place.ConnectWithoutKey();
        await AuditInHand.ChangeAsync(attacker, attack, Token);
    }

    private async Task AssertGoesOnAsync()
    {
        await Store.Audit.AppendAsync(NewEntry(20), Token);

        Assert.Equal("number 20", (await Store.Audit.ListAsync(null, 1, Token))[0].Entry.Detail);
        Assert.Contains((await VerifyAsync()).Faults, fault => fault.Kind == AuditFaultKind.Interrupted);
    }

    /// <summary>Cuts the end off and makes the head fit as well as it can be done without the key.</summary>
    private Task CutAsync(long after) => AttackAsync(audit =>
    {
        audit.DeleteAbove(after);
        audit.Head = audit.Head with { LastSequence = after, LastMac = audit.MacOf(after)! };
    });

    private async Task<AuditHead> SaveHeadAsync() => (await Store.Audit.ReadHeadAsync(Token))!;

    private Task PutHeadAsync(AuditHead head) => Store.Transactions.WriteAsync(transaction => transaction.Audit.SetHeadAsync(head), Token);
}

public sealed class AuditChainOnSqlite() : AuditChainContract(StoreEngine.Sqlite);

public sealed class AuditChainOnPostgreSql() : AuditChainContract(StoreEngine.PostgreSql);

public sealed class AuditChainOnLiteDb() : AuditChainContract(StoreEngine.LiteDb);

public sealed class AuditChainOnMemory() : AuditChainContract(StoreEngine.Memory);
