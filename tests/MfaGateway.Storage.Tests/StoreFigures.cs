using System.Diagnostics;
using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using MfaGateway.Storage.LiteDb;
using MfaGateway.Storage.Sql;

namespace MfaGateway.Storage.Tests;

/// <summary>What a sign-in costs in the store. Run by hand: <c>MfaGateway.Storage.Tests store-figures LiteDb DIRECTORY</c>, or <c>Sqlite</c>.</summary>
internal static class StoreFigures
{
    public const string Mode = "store-figures";

    private const int People = 500;
    private const int SignIns = 3000;

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => CancellationToken.None;

    public static async Task PrintAsync(string engine, string directory)
    {
        IStore store = engine == "LiteDb" ? new LiteDbStore(directory) : SqlStore.Sqlite(Path.Combine(directory, "gateway.db"));
        await using var stores = new StoreServices(store);
        stores.Audit.Open(new AuditChain(new byte[AuditChain.KeySize], unchainedTo: 0));
        await stores.Lifecycle.OpenAsync(mayCreate: true, Token);
        var people = new List<(Account Account, string Authenticator)>();
        for (var number = 0; number < People; number++)
            people.Add(await AddAsync(stores, $"person{number}"));

        foreach (var workers in (int[])[1, 1, 32])
        {
            await MeasureAsync(stores, $"flow begun, {workers} at once", workers, n => BeginAsync(stores, people[n % People].Account));
            await MeasureAsync(stores, $"answer counted, {workers} at once", workers, n => ReserveAsync(stores, people[n % People].Account));
            await MeasureAsync(stores, $"answer taken and session begun, {workers} at once", workers, n => FinishAsync(stores, people[n % People], n));
            await MeasureAsync(stores, $"account found, {workers} at once", workers, n => stores.Accounts.FindAsync(people[n % People].Account.Id, Token));
        }
    }

    private static async Task<(Account Account, string Authenticator)> AddAsync(StoreServices stores, string name)
    {
        var account = new Account(Identifiers.New(), name, $"{name}@example.org", name, ["staff"], Disabled: false, Now, LastSignInAt: null);
        await stores.Accounts.AddAsync(account, new string('h', 100), entry: null, Token);
        var authenticator = new TotpAuthenticator(
            Identifiers.New(), account.Id, "Phone", new byte[150], TotpParameters.Default, LastUsedStep: 0, Now, LastUsedAt: null);
        await stores.Transactions.WriteAsync(transaction => transaction.Totp.AddAsync(authenticator), Token);
        return (account, authenticator.Id);
    }

    private static Task<bool> BeginAsync(StoreServices stores, Account account) => stores.Flows.TryAddAsync(
        new ChallengeFlow(
            Identifiers.New(), SecretToken.New().Hash, account.Id, "two-factor", "/reports", [new Proof(FactorKind.Password, Now)], null, null, Now,
            Now.AddMinutes(10), 1),
        account.SignInEpoch, Token);

    private static Task<AttemptReservation> ReserveAsync(StoreServices stores, Account account) =>
        stores.Attempts.TryReserveAttemptAsync([.. KeysOf(account).Select(key => Bucket(key, account))], Now, Token);

    private static Task FinishAsync(StoreServices stores, (Account Account, string Authenticator) person, int number) => stores.Transactions.WriteAsync(
        async transaction =>
        {
            await transaction.Totp.TryAdvanceStepAsync(person.Authenticator, number + 1, Now);
            foreach (var key in KeysOf(person.Account))
                await transaction.Attempts.DeleteAsync(key);
            await transaction.Accounts.UpdateAsync(person.Account, person.Account with { LastSignInAt = Now.AddSeconds(number) });
            await transaction.Sessions.AddAsync(new GatewaySession(
                Identifiers.New(), SecretToken.New().Hash, person.Account.Id, [new Proof(FactorKind.Password, Now), new Proof(FactorKind.Totp, Now)],
                Now, Now, Now.AddHours(12).AddMilliseconds(number), "192.0.2.1", "Mozilla/5.0 (X11; Linux x86_64) Test"));
            transaction.Keep(new AuditEntry(Now, AuditEvents.SessionStarted, person.Account.Id, person.Account.Id, "192.0.2.1", true, "number"));
        },
        Token);

    private static string[] KeysOf(Account account) => [$"account/{account.Id}/codes", $"account/{account.Id}/codes-in-a-row"];

    private static AttemptBucket Bucket(string key, Account account) =>
        new(AttemptLimit.Codes, key, int.MaxValue, TimeSpan.FromMinutes(15)) { AccountId = account.Id };

    private static async Task MeasureAsync(StoreServices stores, string name, int workers, Func<int, Task> work)
    {
        var number = -1;
        var written = LogBytes(stores);
        var (processor, watch) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            for (int n; (n = Interlocked.Increment(ref number)) < SignIns;)
                await work(n);
        })));
        var spent = Environment.CpuUsage.TotalTime - processor;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {spent.TotalMicroseconds / SignIns:F0} us of processor, {watch.Elapsed.TotalMicroseconds / SignIns:F0} us of time, {(LogBytes(stores) - written) / SignIns} bytes of log"));
    }

    private static long LogBytes(StoreServices stores) => stores.Engine is LiteDbStore store ? store.Engine.Figures.LogBytes : 0;
}
