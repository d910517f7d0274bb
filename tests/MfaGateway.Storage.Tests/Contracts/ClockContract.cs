using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Timekeeping;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

/// <summary>The latest time that was seen is remembered, by every process, and goes back only where an operator says so.</summary>
public abstract class ClockContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task The_mark_rises_and_does_not_fall()
    {
        Assert.Null(await Store.Clock.FindMarkAsync(Token));

        foreach (var minutes in new[] { 0, 5, -60, 4 })
            await Store.Clock.RaiseMarkAsync(Now.AddMinutes(minutes), Token);

        Assert.Equal(Now.AddMinutes(5), await Store.Clock.FindMarkAsync(Token));
        await using var other = Place.Connect();
        Assert.Equal(Now.AddMinutes(5), await other.Clock.FindMarkAsync(Token));
    }

    [Fact]
    public async Task It_is_written_in_steps_of_ten_seconds()
    {
        await Store.Clock.RaiseMarkAsync(Now, Token);
        await Store.Clock.RaiseMarkAsync(Now + ClockRules.MarkStep - TimeSpan.FromMilliseconds(1), Token);
        Assert.Equal(Now, await Store.Clock.FindMarkAsync(Token));

        await Store.Clock.RaiseMarkAsync(Now + ClockRules.MarkStep, Token);
        Assert.Equal(Now + ClockRules.MarkStep, await Store.Clock.FindMarkAsync(Token));
    }

    [Fact]
    public async Task Of_many_that_raise_it_at_once_the_latest_time_is_kept()
    {
        await RaceAsync(async number =>
        {
            await Store.Clock.RaiseMarkAsync(Now.AddMinutes(number), Token);
            return true;
        });

        Assert.Equal(Now.AddMinutes(Racers - 1), await Store.Clock.FindMarkAsync(Token));
    }

    [Fact]
    public async Task A_reset_puts_it_back_and_is_in_the_audit()
    {
        await Store.Clock.RaiseMarkAsync(Now.AddYears(1), Token);

        await Store.Clock.ResetMarkAsync(Now, new AuditEntry(Now, AuditEvents.ClockReset, null, "command", null, true, null), Token);

        Assert.Equal(Now, await Store.Clock.FindMarkAsync(Token));
        Assert.Equal(AuditEvents.ClockReset, Assert.Single(await Store.Audit.ListAsync(null, 10, Token)).Entry.Event);
    }

    [Fact]
    public async Task The_use_of_a_session_raises_it_in_the_same_transaction()
    {
        var session = await StartSessionAsync((await AddAccountAsync()).Id);

        await Store.Sessions.TouchAsync(session.Id, Now.AddMinutes(7), Token);

        Assert.Equal(Now.AddMinutes(7), await Store.Clock.FindMarkAsync(Token));
    }

    [Fact]
    public async Task A_link_of_the_future_is_not_found()
    {
        var ada = await AddAccountAsync();
        var token = SecretToken.New();
        await Store.PasswordTokens.SetAsync(
            ada.Id, EmailAddress.Fold(ada.Email), new(token.Hash, PasswordTokenPurpose.Reset, Now, Now.AddMinutes(30)), NewTrace(ada.Id, "made"), Token);

        Assert.NotNull(await Store.PasswordTokens.FindAccountIdAsync(token.Hash, Now - ClockRules.MaxBehind, Token));
        Assert.Null(await Store.PasswordTokens.FindAccountIdAsync(token.Hash, Now - ClockRules.MaxBehind - TimeSpan.FromMilliseconds(1), Token));
    }
}

public sealed class ClockOnSqlite() : ClockContract(StoreEngine.Sqlite);

public sealed class ClockOnPostgreSql() : ClockContract(StoreEngine.PostgreSql);

public sealed class ClockOnLiteDb() : ClockContract(StoreEngine.LiteDb);

public sealed class ClockOnMemory() : ClockContract(StoreEngine.Memory);
