using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Benchmarks.Stores;

/// <summary>Accounts with a password and an app, and sessions, written in bulk.</summary>
internal static class Population
{
    private const int AccountsOfOneCommit = 100;

    /// <param name="sessions">How many of the accounts, the first ones, have a session.</param>
    public static async Task AddAsync(StoreServices stores, int accounts, int sessions, DateTimeOffset now)
    {
        foreach (var numbers in Enumerable.Range(0, accounts).Chunk(AccountsOfOneCommit))
        {
            await stores.Transactions.WriteAsync(
                async transaction =>
                {
                    foreach (var number in numbers)
                        await AddAsync(transaction, number, hasSession: number < sessions, now);
                },
                CancellationToken.None);
        }
    }

    public static string IdOf(int number) => number.ToString("x32", CultureInfo.InvariantCulture);

    public static GatewaySession NewSession(string accountId, DateTimeOffset now) => new(
        Identifiers.New(), SecretToken.New().Hash, accountId, [new Proof(FactorKind.Password, now), new Proof(FactorKind.Totp, now)], now, now,
        now.AddHours(12), "192.0.2.1", "Mozilla/5.0 (X11; Linux x86_64) Benchmark");

    private static async Task AddAsync(Transaction transaction, int number, bool hasSession, DateTimeOffset now)
    {
        var (id, name) = (IdOf(number), string.Create(CultureInfo.InvariantCulture, $"person{number}"));
        await transaction.Accounts.TryAddAsync(
            new Account(id, name, $"{name}@example.org", $"Person {number}", ["staff"], Disabled: false, now, LastSignInAt: null));
        await transaction.Passwords.SetAsync(id, new PasswordRecord(new string('h', 100), now, ByMail: false));
        await transaction.Totp.AddAsync(
            new TotpAuthenticator(id, id, "Phone", new byte[150], TotpParameters.Default, LastUsedStep: 0, now, LastUsedAt: null));
        if (hasSession)
            await transaction.Sessions.AddAsync(NewSession(id, now));
    }
}
