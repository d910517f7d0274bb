using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using MfaGateway.Storage.Sql;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Npgsql;
using Xunit;

namespace MfaGateway.Storage.Tests;

/// <summary>
/// Whether transactions that meet at the same counters wait for each other in a circle. PostgreSQL would end one of them
/// after a second of waiting; it is run again, so nothing shows but the second.
/// </summary>
public sealed class PostgreSqlLockOrderTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Account _ada = new(
        Identifiers.New(), "ada", "ada@example.org", "Ada", [], Disabled: false, Now, LastSignInAt: null);

    private PostgreSqlServer _server = null!;
    private string _database = null!;
    private StoreServices _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        PostgreSqlStoreFixture.Require();
        _server = await PostgreSqlServer.SharedAsync();
        _database = await _server.AddDatabaseAsync();
        _store = new StoreServices(SqlStore.PostgreSql(_database));
        _store.Audit.Open(new AuditChain(new byte[AuditChain.KeySize], unchainedTo: 0));
        await _store.Lifecycle.OpenAsync(mayCreate: true, Token);
        await _store.Accounts.AddAsync(_ada, "hash", entry: null, Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }

    [Fact]
    public async Task An_unlock_takes_the_counters_in_the_order_in_which_attempts_do()
    {
        // The one that attempts take last is the first that a search by account finds.
        foreach (var key in (string[])["z", "m", "a"])
            await _store.Attempts.TryReserveAttemptAsync([Bucket(key)], Now, Token);

        await using var attempt = new NpgsqlConnection(_database);
        await attempt.OpenAsync(Token);
        await using var transaction = await attempt.BeginTransactionAsync(Token);
        await RunAsync(attempt, "SELECT 1 FROM mfa_gateway.attempt_counts WHERE bucket_key = 'a' FOR UPDATE");
        var unlock = UnlockAsync();
        await Eventually.IsAsync(async () => await CountAsync("SELECT COUNT(*) FROM pg_locks WHERE NOT granted") > 0);

        // It waits for "a", so it must not hold what the attempt takes next.
        await RunAsync(attempt, "SELECT 1 FROM mfa_gateway.attempt_counts WHERE bucket_key = 'm' FOR UPDATE NOWAIT");
        await RunAsync(attempt, "SELECT 1 FROM mfa_gateway.attempt_counts WHERE bucket_key = 'z' FOR UPDATE NOWAIT");

        await transaction.RollbackAsync(Token);
        Assert.Equal(AccountChange.Done, await unlock);
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM mfa_gateway.attempt_counts"));
    }

    [Fact]
    public async Task Attempts_and_unlocks_that_race_never_wait_for_each_other_in_a_circle()
    {
        var buckets = "zmdca".Select(letter => Bucket(letter.ToString())).ToArray();
        var trying = Enumerable.Range(0, 24).Select(number => Task.Run(
            async () =>
            {
                for (var round = 0; round < 20; round++)
                {
                    // One alone makes the rows in any order; several at once then hold some of them and want the others.
                    var some = number % 2 == 0 ? [buckets[(number / 2 + round) % buckets.Length]] : buckets[..(2 + round % 4)];
                    var reservation = await _store.Attempts.TryReserveAttemptAsync(some, Now, Token);
                    if (number % 3 == 0 && reservation is AttemptReservation.Granted granted)
                        await _store.Attempts.ReleaseAttemptAsync(granted.Counted, ["c"], Now, Token);
                }
            },
            Token));
        var unlocking = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                for (var round = 0; round < 20; round++)
                    Assert.Equal(AccountChange.Done, await UnlockAsync());
            },
            Token));

        await Task.WhenAll([.. trying, .. unlocking]);

        Assert.Equal(0, await CountDeadlocksAsync());
    }

    [Fact]
    public async Task An_approval_takes_the_account_before_its_flow_and_its_request()
    {
        var now = Columns.FromTime(Now);
        await _store.Database.WriteAsync(
            async scope =>
            {
                await scope.ExecuteAsync(
                    """
                    INSERT INTO challenge_flows (id, token_hash, account_id, policy_name, return_url, proofs, created_at, expires_at, version)
                    VALUES ('flow', @Hash, @AccountId, '', '', '', @Now, @Later, 0)
                    """,
                    new { Hash = new byte[] { 1 }, AccountId = _ada.Id, Now = now, Later = now + 60_000 });
                await scope.ExecuteAsync(
                    """
                    INSERT INTO code_requests (id, token_hash, flow_id, account_id, application_id, email, registers, policy_name, return_url,
                      match_number, client_address, user_agent, codes_sent, last_sent_at, created_at, expires_at, state)
                    VALUES ('request', @Hash, 'flow', @AccountId, '', @Email, 0, '', '', 42, '', '', 1, @Now, @Now, @Later, 0)
                    """,
                    new { Hash = new byte[] { 2 }, AccountId = _ada.Id, _ada.Email, Now = now, Later = now + 60_000 });
                return await scope.ExecuteAsync(
                    """
                    INSERT INTO magic_codes (id, request_id, number, method, digits, generation, step, issued_at, expires_at, link_hash)
                    VALUES ('code', 'request', 1, 1, 6, 1, 1, @Now, @Later, @Hash)
                    """,
                    new { Hash = new byte[] { 3 }, Now = now, Later = now + 60_000 });
            },
            Token);

        await using var other = new NpgsqlConnection(_database);
        await other.OpenAsync(Token);
        await using var transaction = await other.BeginTransactionAsync(Token);
        await RunAsync(other, "SELECT 1 FROM mfa_gateway.accounts FOR UPDATE");
        var approval = _store.MagicCodes.ApproveAsync("request", "code", number: 42, entryOf: null, Now, Token);
        await Eventually.IsAsync(async () => await CountAsync("SELECT COUNT(*) FROM pg_locks WHERE NOT granted") > 0);

        // It waits for the account, so it must not hold what the one that has the account ends next.
        await RunAsync(other, "SELECT 1 FROM mfa_gateway.challenge_flows FOR UPDATE NOWAIT");
        await RunAsync(other, "SELECT 1 FROM mfa_gateway.code_requests FOR UPDATE NOWAIT");

        await transaction.RollbackAsync(Token);
        Assert.Equal(CodeApproval.Approved, await approval);
        Assert.Equal(Now, await _store.MagicCodes.FindVerifiedAtAsync(_ada.Id, EmailAddress.Fold(_ada.Email), Token));
    }

    private AttemptBucket Bucket(string key) =>
        new(AttemptLimit.Codes, key, 1_000_000, TimeSpan.FromMinutes(15)) { AccountId = _ada.Id };

    private Task<AccountChange> UnlockAsync() => _store.Administration.UnlockAsync(
        _ada.Id, new ChangeTrace(new AuditEntry(Now, "unlocked", _ada.Id, "tester", null, true, null), []), Token);

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(Token))!;
    }

    /// <summary>A server process hands in what it has counted when it ends.</summary>
    private async Task<long> CountDeadlocksAsync()
    {
        var name = new NpgsqlConnectionStringBuilder(_database).Database;
        await _store.DisposeAsync();
        await using var ours = new NpgsqlConnection(_database);
        NpgsqlConnection.ClearPool(ours);

        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_database) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync(Token);
        await Eventually.IsAsync(async () => await ReadAsync("numbackends") == 0);
        return await ReadAsync("deadlocks");

        async Task<long> ReadAsync(string column)
        {
            await using var command = new NpgsqlCommand($"SELECT {column}::bigint FROM pg_stat_database WHERE datname = '{name}'", connection);
            return (long)(await command.ExecuteScalarAsync(Token))!;
        }
    }
}
