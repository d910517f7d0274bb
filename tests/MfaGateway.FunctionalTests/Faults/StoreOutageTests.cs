using System.Diagnostics;
using System.Net;
using MfaGateway.Configuration;
using MfaGateway.Core.Storage;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Microsoft.Data.Sqlite;
using Npgsql;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>
/// The store goes away under a gateway that serves. Nobody is let in, nothing protected is forwarded, everyone is told to
/// come back, and when the store is there again all goes on by itself.
/// </summary>
[OnStore(StoreProvider.Sqlite)]
public sealed class StoreOutageTests
{
    [Fact]
    public async Task Without_its_database_server_nobody_gets_in_or_on_until_it_is_back()
    {
        PostgreSqlStoreFixture.Require();
        await using var server = await PostgreSqlServer.StartNewAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(setup => Routes(setup)
            .With("MfaGateway:Store:Provider", "Postgres")
            .With("MfaGateway:Store:ConnectionString", server.NameStore()));

        await AssertOutageAsync(gateway, server.StopAsync, server.StartAsync);
    }

    [Fact]
    public async Task Tables_that_vanish_are_an_outage_like_any_other()
    {
        await using var place = await PostgreSqlStoreFixture.AddAsync();
        var server = await PostgreSqlServer.SharedAsync();
        var schema = new NpgsqlConnectionStringBuilder(place.ConnectionString).SearchPath;
        await using var gateway = await GatewayUnderTest.StartAsync(setup => Routes(setup)
            .With("MfaGateway:Store:Provider", "Postgres")
            .With("MfaGateway:Store:ConnectionString", place.ConnectionString));

        await AssertOutageAsync(
            gateway,
            () => server.ExecuteAsync($"ALTER SCHEMA {schema} RENAME TO {schema}_gone"),
            () => server.ExecuteAsync($"ALTER SCHEMA {schema}_gone RENAME TO {schema}"));
    }

    [Fact]
    public async Task Nobody_meets_a_connection_of_before_once_the_database_server_is_back()
    {
        PostgreSqlStoreFixture.Require();
        await using var server = await PostgreSqlServer.StartNewAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(setup => Routes(setup)
            .With("MfaGateway:Store:Provider", "Postgres")
            .With("MfaGateway:Store:ConnectionString", server.NameStore()));
        // Each brings a session cookie that only the store knows nothing of; many at once leave many connections open.
        var strangers = Enumerable.Range(0, 30).Select(_ => gateway.NewBrowser()).ToList();
        strangers.ForEach(stranger => stranger.Cookies["mfa_session"] = SecretToken.New().Reveal());
        Assert.Equal([HttpStatusCode.Found], await StatusesAsync(strangers));

        await server.StopAsync();
        AssertUnavailable(await strangers[0].GetAsync("/"));
        await server.StartAsync();

        Assert.Equal([HttpStatusCode.Found], await StatusesAsync(strangers));
        strangers.ForEach(stranger => stranger.Dispose());
    }

    [Fact]
    public async Task A_store_file_that_is_gone_lets_nobody_in_or_on_until_it_is_back()
    {
        var directory = Directory.CreateTempSubdirectory("mfagateway-test-");
        try
        {
            await using var gateway = await GatewayUnderTest.StartAsync(setup => Routes(setup).With("MfaGateway:DataDirectory", directory.FullName));
            var file = Path.Combine(directory.FullName, "gateway.db");

            await AssertOutageAsync(gateway, () => MoveAsync(file, file + ".gone"), () => MoveAsync(file + ".gone", file));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(Disk.Full)]
    [InlineData(Disk.LockedByAnother)]
    public async Task A_store_that_can_be_read_and_not_written_lets_nobody_in_and_nobody_on_for_longer_than_a_minute(Disk state)
    {
        await using var disk = await SmallDisk.MountAsync(needsMount: state != Disk.LockedByAnother);
        await using var gateway = await GatewayUnderTest.StartAsync(setup => Routes(setup).With("MfaGateway:DataDirectory", disk.Path));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var inside = gateway.NewBrowser();
        await ada.SignInAsync(inside);
        using var halfway = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(halfway);
        using var outside = gateway.NewBrowser();
        var signIn = await outside.OpenAsync("/");
        var forwarded = gateway.Upstream.Requests.Count;
        gateway.Time.Advance(TimeSpan.FromSeconds(30));

        await using (await disk.SpoilAsync(state))
        {
            AssertUnavailable(await outside.SubmitAsync(signIn, ("username", ada.UserName), ("password", ada.Password)));
            AssertUnavailable(await halfway.SubmitAsync(asked, ("code", ada.CurrentCode)));
            await ReadyAsync(outside, HttpStatusCode.ServiceUnavailable);
            Assert.Equal(HttpStatusCode.OK, (await outside.GetAsync("/_mfa/health/live")).Status);

            // Who ended this session, or was disabled, could not be noted either: it does not outlive its last note.
            gateway.Time.Advance(TimeSpan.FromSeconds(31));
            AssertUnavailable(await inside.GetAsync("/"));
            AssertUnavailable(await inside.GetAsync("/"));
            Assert.Equal(forwarded, gateway.Upstream.Requests.Count);
        }

        await AssertRecoveredAsync(gateway, ada, inside);
        var late = await halfway.SubmitAsync(asked, ("code", ada.CurrentCode));
        Assert.Equal(HttpStatusCode.Unauthorized, late.Status); // its code went to the sign-in that just succeeded
    }

    private static async Task<IEnumerable<HttpStatusCode>> StatusesAsync(IEnumerable<Browser> browsers) =>
        (await Task.WhenAll(browsers.Select(browser => browser.GetAsync("/")))).Select(visit => visit.Status).Distinct();

    // One look at the store answers all who ask within a second.
    private static async Task<Visit> ReadyAsync(Browser browser, HttpStatusCode awaited)
    {
        Visit? ready = null;
        await Eventually.IsAsync(async () => (ready = await browser.GetAsync("/_mfa/health/ready")).Status == awaited);
        return ready!;
    }

    private static GatewaySetup Routes(GatewaySetup setup) =>
        setup.Route("public", "/public/{**path}", "Anonymous").Route("app", "/{**path}", policy: null);

    private static async Task AssertOutageAsync(GatewayUnderTest gateway, Func<Task> breakAsync, Func<Task> mendAsync)
    {
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var inside = gateway.NewBrowser();
        await ada.SignInAsync(inside);
        using var halfway = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(halfway);
        using var outside = gateway.NewBrowser();
        var signIn = await outside.OpenAsync("/");
        gateway.Time.Advance(TimeSpan.FromSeconds(30));

        await breakAsync();

        // What was known of the session is believed for a quarter of a second; twice that for a slow machine.
        var waited = Stopwatch.StartNew();
        var lastForwarded = TimeSpan.Zero;
        while (waited.Elapsed < TimeSpan.FromMilliseconds(500))
        {
            if ((await inside.GetAsync("/")).Status == HttpStatusCode.OK)
                lastForwarded = waited.Elapsed;
        }

        Assert.InRange(lastForwarded, TimeSpan.Zero, TimeSpan.FromMilliseconds(450));
        var forwarded = gateway.Upstream.Requests.Count;
        AssertUnavailable(await inside.GetAsync("/"));
        AssertUnavailable(await outside.SubmitAsync(signIn, ("username", ada.UserName), ("password", ada.Password)));
        AssertUnavailable(await outside.SubmitAsync(signIn, ("username", "nobody"), ("password", ada.Password)));
        AssertUnavailable(await halfway.SubmitAsync(asked, ("code", ada.CurrentCode)));
        AssertUnavailable(await inside.GetAsync("/_mfa/account"));
        AssertProblem(await inside.GetAsync("/data", request => request.Headers.Add("Sec-Fetch-Mode", "cors")));

        // Whoever may be somebody is not passed off as nobody, even where nobody may go.
        AssertUnavailable(await inside.GetAsync("/public/page"));
        Assert.Equal(forwarded, gateway.Upstream.Requests.Count);

        // Where nobody signs in, nobody is kept out: strangers are sent to the form, and public pages stay.
        using var stranger = gateway.NewBrowser();
        Assert.Equal(HttpStatusCode.Found, (await stranger.GetAsync("/")).Status);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/public/page")).Status);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/_mfa/.well-known/jwks.json")).Status);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/_mfa/health/live")).Status);
        var ready = await ReadyAsync(stranger, HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(ready.Header("Retry-After"));
        Assert.Contains("\"store\":\"unavailable\"", ready.Body, StringComparison.Ordinal);

        await mendAsync();
        await AssertRecoveredAsync(gateway, ada, inside);
    }

    private static async Task AssertRecoveredAsync(GatewayUnderTest gateway, TestPerson ada, Browser inside)
    {
        using var browser = gateway.NewBrowser();
        await ReadyAsync(browser, HttpStatusCode.OK);
        Assert.Equal("hello from upstream", (await inside.GetAsync("/")).Body);

        // The code that met the outage was not taken.
        Assert.Equal("hello from upstream", (await ada.SignInAsync(browser)).Body);
    }

    private static void AssertUnavailable(Visit visit)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, visit.Status);
        Assert.NotNull(visit.Header("Retry-After"));
        Assert.Equal("no-store", visit.Header("Cache-Control"));
        Assert.StartsWith("text/html", visit.Header("Content-Type"), StringComparison.Ordinal);
        Assert.NotNull(visit.Page.QuerySelector("h1"));
    }

    private static void AssertProblem(Visit visit)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, visit.Status);
        Assert.NotNull(visit.Header("Retry-After"));
        Assert.Equal("application/problem+json", visit.Header("Content-Type"));
    }

    private static Task MoveAsync(string from, string to)
    {
        File.Move(from, to);
        return Task.CompletedTask;
    }
}

/// <summary>What can be wrong with where a store is written to.</summary>
public enum Disk
{
    Full,
    LockedByAnother,
}

/// <summary>A place for a store that can be spoilt.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("mfagateway-disk-");
    private bool _mounted;

    public string Path => _place.FullName;

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    public static async Task<SmallDisk> MountAsync(bool needsMount)
    {
        Assert.SkipUnless(!needsMount || (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess), "only root can mount a small disk");
        var disk = new SmallDisk();
        if (needsMount)
        {
            disk._mounted = await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "none", disk.Path) == 0;
            Assert.SkipUnless(disk._mounted, "a small disk can't be mounted here");
        }

        return disk;
    }

    /// <returns>Mends it when disposed.</returns>
    public async Task<IAsyncDisposable> SpoilAsync(Disk state)
    {
        switch (state)
        {
            case Disk.Full:
                await FillAsync();
                return new Mending(() => File.Delete(Ballast));
            default:
                var other = new SqliteConnection($"Data Source={System.IO.Path.Combine(Path, "gateway.db")};Pooling=False");
                await other.OpenAsync();
                await using (var command = other.CreateCommand())
                {
                    command.CommandText = "BEGIN IMMEDIATE";
                    await command.ExecuteNonQueryAsync();
                }

                return other;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_mounted)
            await RunAsync("umount", Path);
        _place.Delete(recursive: true);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private async Task FillAsync()
    {
        await using var ballast = File.Create(Ballast, bufferSize: 0);
        try
        {
            while (true)
                await ballast.WriteAsync(new byte[4096]);
        }
        catch (IOException)
        {
            // Full, as it should be.
        }
    }

    private sealed class Mending(Action mend) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            mend();
            return ValueTask.CompletedTask;
        }
    }
}
