using System.Diagnostics;
using MfaGateway.Core.Accounts;
using MfaGateway.Storage.Tests.Contracts;
using Xunit;

namespace MfaGateway.Storage.Tests;

/// <summary>How lists of people behave where there are very many. Tables are filled by SQL: it is for the engines over it.</summary>
public abstract class SqlDirectorySizeTests(StoreEngine engine) : StoreContract(engine)
{
    private const int Many = 100_000;

    private static readonly AccountFilter Locked = new() { Condition = AccountCondition.Locked };

    [Fact]
    public async Task Among_a_hundred_thousand_people_a_page_comes_quickly_whatever_is_looked_for()
    {
        await AddManyAsync();
        AccountFilter[] filters =
        [
            new(),
            new() { Text = "person 99999" },
            new() { Text = "son 1" },
            new() { Text = "nobody at all" },
            new() { Text = "12345@" },
            new() { Condition = AccountCondition.Disabled },
            new() { Condition = AccountCondition.WithoutSecondFactor },
            new() { Condition = AccountCondition.NeverSignedIn, Text = "7777" },
            new() { Group = "staff", Text = "99" },
            new() { Group = "few" },
            new() { Group = "staff" },
            Locked,
            Locked with { Text = "99" },
            Locked with { Group = "staff" },
        ];

        foreach (var filter in filters)
        {
            var page = Stopwatch.StartNew();
            await Store.Directory.FindPageAsync(filter, AccountPlace.Start, 50, Now, Token);
            var late = Stopwatch.StartNew();
            await Store.Directory.FindPageAsync(filter, AccountPlace.Before("person-9"), 50, Now, Token);
            var count = Stopwatch.StartNew();
            var counted = await Store.Directory.CountAsync(filter, Now, Token);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{filter}: page {page.ElapsedMilliseconds - late.ElapsedMilliseconds} ms, back {late.ElapsedMilliseconds - count.ElapsedMilliseconds} ms, count of {counted} {count.ElapsedMilliseconds} ms");
            Assert.True(page.Elapsed < TimeSpan.FromSeconds(3), $"{filter} took {page.Elapsed}.");
        }

        Assert.Equal(Many / 10, await Store.Directory.CountAsync(Locked, Now, Token));
        var seen = 0;
        for (var place = AccountPlace.Start; ;)
        {
            var page = await Store.Directory.FindPageAsync(new AccountFilter(), place, 5_000, Now, Token);
            seen += page.Accounts.Count;
            if (!page.HasLater)
                break;
            place = AccountPlace.After(UserNames.Fold(page.Accounts[^1].Account.UserName));
        }

        Assert.Equal(Many, seen);
    }

    /// <summary>As many accounts as a large company has, put in by the engine itself: through the verbs it would take minutes.</summary>
    private Task<int> AddManyAsync() => Store.Database.WriteAsync(
        async scope =>
        {
            await scope.ExecuteAsync(
                $"""
                INSERT INTO accounts (id, user_name, folded_user_name, email, folded_email, display_name, disabled, created_at, last_sign_in_at)
                WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Many})
                SELECT 'id-' || ((n * 7919) % 1000003), 'person-' || n, 'person-' || n, n || '@example.org', n || '@example.org', 'Some Person ' || n,
                  CASE WHEN n % 5000 = 0 THEN 1 ELSE 0 END, 1, CASE WHEN n % 3 = 0 THEN NULL ELSE 5 END
                FROM numbers
                """);
            await scope.ExecuteAsync(
                """
                INSERT INTO account_search (folded_user_name, account_id, search_text)
                SELECT folded_user_name, id, folded_user_name || '~' || folded_email || '~' || 'some person ' || substr(folded_user_name, 8) FROM accounts
                """);
            await scope.ExecuteAsync("INSERT INTO account_groups (account_id, position, group_name) SELECT id, 0, 'staff' FROM accounts");
            await scope.ExecuteAsync("INSERT INTO account_groups (account_id, position, group_name) SELECT id, 1, 'few' FROM accounts WHERE disabled = 1");
            await scope.ExecuteAsync(
                """
                INSERT INTO totp_authenticators (id, account_id, name, protected_secret, algorithm, digits, period_seconds, last_used_step, created_at)
                SELECT 'of ' || id, id, 'Phone', @Secret, 1, 6, 30, 0, 1 FROM accounts WHERE user_name NOT LIKE '%77'
                """,
                new { Secret = new byte[] { 1 } });

            // Two counters a person, as after a day on which everybody mistyped: one in ten is locked, one in a hundred was.
            await scope.ExecuteAsync(
                """
                INSERT INTO attempt_counts (bucket_key, attempt_limit, account_id, attempts, window_ends_at, closed, cool_downs, window_number, forget_at)
                SELECT 'account/' || id || '/' || kinds.name, 4, id, 1,
                  CASE WHEN user_name LIKE '%00' THEN @Now ELSE @Later END,
                  CASE WHEN kinds.name = 'codes' AND (user_name LIKE '%3' OR user_name LIKE '%00') THEN 1 ELSE 0 END, 1, 1, @Later
                FROM accounts CROSS JOIN (SELECT 'codes' AS name UNION ALL SELECT 'passwords') AS kinds
                """,
                new { Now = Now.ToUnixTimeMilliseconds(), Later = Now.AddMinutes(15).ToUnixTimeMilliseconds() });

            // What PostgreSQL does by itself within minutes of such a change.
            return Store.Database.Dialect.MigrationsFolder == "PostgreSql"
                ? await scope.ExecuteAsync("ANALYZE accounts, account_search, account_groups, totp_authenticators, attempt_counts")
                : 0;
        },
        Token);
}

public sealed class DirectorySizeOnSqlite() : SqlDirectorySizeTests(StoreEngine.Sqlite);

public sealed class DirectorySizeOnPostgreSql() : SqlDirectorySizeTests(StoreEngine.PostgreSql);
