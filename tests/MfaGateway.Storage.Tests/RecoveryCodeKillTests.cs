using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.Storage.Tests;

/// <summary>A crash at any moment leaves no lost phone alive beside the recovery code that was used because it is lost.</summary>
public sealed class RecoveryCodeKillTests
{
    public const string SpenderMode = "spend-until-killed";

    private const int People = 300;
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly long Step = TotpAlgorithm.StepAt(Now, TotpParameters.Default);
    private static readonly byte[] CodeHash = [1, 2, 3];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_code_that_was_spent_has_spent_what_the_phone_shows_and_one_that_was_not_has_not()
    {
        await using var place = new SqliteStoreFixture();
        await using (var store = await place.CreateAsync(Token))
        {
            for (var number = 0; number < People; number++)
                await AddPersonAsync(store, IdOf(number));
        }

        var answered = await SpendUntilKilledAsync(place.FilePath, afterAnswers: 60);

        await using var left = place.Connect();
        await left.Lifecycle.OpenAsync(mayCreate: false, Token);
        var spent = new List<int>();
        for (var number = 0; number < People; number++)
        {
            var isSpent = (await left.RecoveryCodes.FindSetAsync(IdOf(number), Token))!.Remaining == 0;
            var phone = Assert.Single(await left.Totp.ListAsync(IdOf(number), Token));
            Assert.Equal(isSpent ? Step + 1 : 0, phone.LastUsedStep);
            if (isSpent)
                spent.Add(number);
        }

        Assert.Superset(answered.ToHashSet(), spent.ToHashSet());
        Assert.InRange(spent.Count, 60, People);
    }

    /// <summary>What the process does that is killed.</summary>
    internal static async Task SpendAsync(string path)
    {
        await using var store = new StoreServices(SqlStore.Sqlite(path));
        for (var number = 0; number < People; number++)
        {
            if (await store.RecoveryCodes.TryConsumeRecoveryCodeAsync(IdOf(number), CodeHash, Now, burntAhead: 1, [], CancellationToken.None))
                await Console.Out.WriteLineAsync(number.ToString(CultureInfo.InvariantCulture));
        }

        await Task.Delay(Timeout.Infinite);
    }

    private static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"person{number}");

    private static async Task AddPersonAsync(StoreServices store, string id)
    {
        var account = new Account(id, id, $"{id}@example.org", id, [], Disabled: false, Now, LastSignInAt: null);
        Assert.Equal(AddAccountResult.Added, await store.Accounts.AddAsync(account, "hash", entry: null, Token));
        await store.RecoveryCodes.ReplaceAllAsync(id, new([1], [CodeHash]), Now, Token);
        await store.Totp.AddOrGetPendingAsync(new(id, id, [1], TotpParameters.Default, Now.AddMinutes(10)), Now, Token);
        var phone = new TotpAuthenticator(id, id, "Phone", [1], TotpParameters.Default, LastUsedStep: 0, Now, LastUsedAt: null);
        Assert.True(await store.Totp.TryConfirmPendingAsync(id, phone, first: null, traces: [], Now, Token));
    }

    private static async Task<List<int>> SpendUntilKilledAsync(string path, int afterAnswers)
    {
        using var spender = OwnProcess.Start(SpenderMode, path);

        var answered = new List<int>();
        while (await spender.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            answered.Add(int.Parse(line, CultureInfo.InvariantCulture));
            if (answered.Count == afterAnswers)
                spender.Kill(); // SIGKILL; what it wrote before is still read
        }

        await spender.WaitForExitAsync(Token);
        return answered;
    }
}
