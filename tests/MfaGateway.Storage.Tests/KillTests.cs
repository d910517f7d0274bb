using System.Collections.Concurrent;
using System.Globalization;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.Storage.Tests;

/// <summary>Whoever was told "yes" was told the truth, whatever dies right after.</summary>
public sealed class KillTests
{
    public const string WriterMode = "write-until-killed";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"fact {number}");

    [Fact]
    public async Task What_a_killed_process_had_answered_is_in_its_store()
    {
        await using var place = new SqliteStoreFixture();
        await (await place.CreateAsync(Token)).DisposeAsync();

        for (var round = 1; round <= 3; round++)
        {
            var answered = await WriteUntilKilledAsync(place.FilePath, afterAnswers: 40 * round);
            Assert.True(answered.Count >= 40 * round);

            await using var store = place.Connect();
            await store.Lifecycle.OpenAsync(mayCreate: false, Token);
            foreach (var number in answered)
                Assert.NotNull(await store.Lifecycle.FindFactAsync(NameOf(number), Token));
        }
    }

    [Fact]
    public async Task What_a_crashed_server_had_answered_is_in_its_store()
    {
        PostgreSqlStoreFixture.Require();
        await using var server = await PostgreSqlServer.StartNewAsync();
        await using var store = new StoreServices(SqlStore.PostgreSql(server.NameStore()));
        await store.Lifecycle.OpenAsync(mayCreate: true, Token);
        var answered = new ConcurrentBag<int>();
        var enough = new TaskCompletionSource();

        var writers = Enumerable.Range(0, 8).Select(writer => WriteUntilUnavailableAsync(store, writer, answered, enough)).ToList();
        await enough.Task;
        await server.CrashAsync();
        await Task.WhenAll(writers);

        await server.StartAsync();
        Assert.NotEmpty(answered);
        foreach (var number in answered)
            Assert.NotNull(await store.Lifecycle.FindFactAsync(NameOf(number), Token));
    }

    private static async Task<List<int>> WriteUntilKilledAsync(string path, int afterAnswers)
    {
        using var writer = OwnProcess.Start(WriterMode, path);

        var answered = new List<int>();
        while (await writer.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            answered.Add(int.Parse(line, CultureInfo.InvariantCulture));
            if (answered.Count == afterAnswers)
                writer.Kill(); // SIGKILL; what it wrote before is still read
        }

        await writer.WaitForExitAsync(Token);
        return answered;
    }

    private static async Task WriteUntilUnavailableAsync(
        StoreServices store, int writer, ConcurrentBag<int> answered, TaskCompletionSource enough)
    {
        try
        {
            for (var number = writer; ; number += 8)
            {
                Assert.True(await store.Lifecycle.TryAddFactAsync(NameOf(number), [1], Token));
                answered.Add(number);
                if (answered.Count >= 200)
                    enough.TrySetResult();
            }
        }
        catch (StoreUnavailableException)
        {
            // The server is gone.
        }
    }
}
