using System.Globalization;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.Storage.Tests;

/// <summary>One chain from several processes, whichever of them dies in the middle of an entry.</summary>
public sealed class AuditProcessTests
{
    public const string AppenderMode = "append-until-killed";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What a process does that a test starts and kills: appends, and prints how many entries it was told are kept.</summary>
    internal static async Task AppendAsync(string path, string key, string name)
    {
        await using var store = new StoreServices(SqlStore.Sqlite(path));
        store.Audit.Open(new AuditChain(Convert.FromHexString(key), unchainedTo: 0));
        for (var number = 1; ; number++)
        {
            await store.Audit.AppendAsync(NewEntry(name, number), CancellationToken.None);
            Console.WriteLine(number);
        }
    }

    [Fact]
    public async Task Processes_that_append_together_and_are_killed_leave_a_whole_chain_with_all_they_were_told_is_kept()
    {
        await using var place = new SqliteStoreFixture();
        var key = new byte[AuditChain.KeySize];
        var chain = new AuditChain(key, unchainedTo: 0);
        await (await place.CreateAsync(Token)).DisposeAsync();
        await using var store = place.ConnectWithoutKey();
        store.Audit.Open(chain);

        var told = await Task.WhenAll(
            AppendUntilKilledAsync(place.FilePath, key, "one", 60), AppendUntilKilledAsync(place.FilePath, key, "two", 100));

        await store.Audit.AppendAsync(NewEntry("after", 1), Token);
        var report = await new AuditVerification(store.Audit, chain).VerifyAsync(mark: null, Token);
        Assert.Empty(report.Faults);
        var kept = (await store.Audit.ListAsync(null, int.MaxValue, Token)).Select(entry => entry.Entry.Detail).ToHashSet();
        Assert.All(Enumerable.Range(1, told[0]), number => Assert.Contains(DetailOf("one", number), kept));
        Assert.All(Enumerable.Range(1, told[1]), number => Assert.Contains(DetailOf("two", number), kept));
    }

    private static async Task<int> AppendUntilKilledAsync(string path, byte[] key, string name, int afterEntries)
    {
        using var appender = OwnProcess.Start(AppenderMode, path, Convert.ToHexString(key), name);

        var told = 0;
        while (await appender.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            told = int.Parse(line, CultureInfo.InvariantCulture);
            if (told == afterEntries)
                appender.Kill(); // SIGKILL; what it wrote before is still read
        }

        await appender.WaitForExitAsync(Token);
        Assert.True(told >= afterEntries);
        return told;
    }

    private static AuditEntry NewEntry(string name, int number) => new(
        DateTimeOffset.UnixEpoch.AddSeconds(number), AuditEvents.SessionStarted, name, name, "192.0.2.7", true, DetailOf(name, number));

    private static string DetailOf(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name} {number}");
}
