using MfaGateway.Core.Auditing;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

/// <summary>An act and its entry in the audit are one: where the entry can't be written, the act has not happened.</summary>
public abstract class RecordedActContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task A_session_starts_with_its_entry_or_not_at_all()
    {
        var ada = await AddAccountAsync();
        var session = NewSession(ada.Id);
        var flow = await AddFlowAsync(ada.Id);

        await FailsAsync(store => store.Sessions.TryStartAsync(session, SessionOrigin.Flow(flow.Id), null, 10, Entry(AuditEvents.SessionStarted), Token));
        Assert.Null(await Store.Sessions.FindAsync(session.TokenHash, Token));

        Assert.True(await Store.Sessions.TryStartAsync(session, SessionOrigin.Flow(flow.Id), null, 10, Entry(AuditEvents.SessionStarted), Token));
        await RecordedAsync(AuditEvents.SessionStarted, 1);
    }

    [Fact]
    public async Task A_session_ends_with_its_entry_or_not_at_all()
    {
        var session = await StartSessionAsync((await AddAccountAsync()).Id);
        var entry = Entry(AuditEvents.SessionEnded);

        await FailsAsync(store => store.Sessions.EndAsync(session.Id, entry, Token));
        await FailsAsync(store => store.Sessions.EndOwnAsync(session.AccountId, session.Id, entry, Token));
        await FailsAsync(store => store.Sessions.EndAllAsync(session.AccountId, exceptId: null, ended => entry, Token));
        Assert.NotNull(await Store.Sessions.FindAsync(session.TokenHash, Token));

        Assert.True(await Store.Sessions.EndAsync(session.Id, entry, Token));
        Assert.False(await Store.Sessions.EndAsync(session.Id, entry, Token));
        await RecordedAsync(AuditEvents.SessionEnded, 1);
    }

    [Fact]
    public async Task How_many_sessions_ended_is_in_the_entry()
    {
        var ada = await AddAccountAsync();
        await StartSessionAsync(ada.Id);
        await StartSessionAsync(ada.Id);

        await Store.Sessions.EndAllAsync(ada.Id, exceptId: null, ended => Entry(AuditEvents.SessionEnded) with { Detail = $"all: {ended}" }, Token);

        Assert.Contains(await Store.Audit.ListAsync(null, 10, Token), recorded => recorded.Entry.Detail == "all: 2");
    }

    private static AuditEntry Entry(string what) => new(Now, what, AccountId: null, "tester", null, Succeeded: true, "act");

    /// <summary>A store that was opened without the key of its audit chain can do everything but record.</summary>
    private async Task FailsAsync(Func<StoreServices, Task> act)
    {
        await using var mute = Place.ConnectWithoutKey();
        await Assert.ThrowsAsync<InvalidOperationException>(() => act(mute));
    }

    private async Task RecordedAsync(string what, int times) =>
        Assert.Equal(times, (await Store.Audit.ListAsync(null, 100, Token)).Count(recorded => recorded.Entry.Event == what));
}

public sealed class RecordedActsOnSqlite() : RecordedActContract(StoreEngine.Sqlite);

public sealed class RecordedActsOnPostgreSql() : RecordedActContract(StoreEngine.PostgreSql);

public sealed class RecordedActsOnLiteDb() : RecordedActContract(StoreEngine.LiteDb);

public sealed class RecordedActsOnMemory() : RecordedActContract(StoreEngine.Memory);
