using System.Diagnostics;
using System.Net;
using MfaGateway.Core.Sessions;
using MfaGateway.Storage.Sql;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Microsoft.Data.Sqlite;
using Xunit;

namespace MfaGateway.FunctionalTests.OpenRequests;

/// <summary>What another process does to the store (a command, another gateway) is felt by what is open here; and so is its going away.</summary>
public sealed class OtherNodeTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mfagateway-test-");

    private string File => Path.Combine(_data.FullName, "gateway.db");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task A_command_on_the_same_host_cuts_what_a_person_has_open()
    {
        await using var gateway = await OnSqliteAsync();
        var ada = await gateway.AddPersonAsync();
        await using var adas = await (await gateway.SignInAsync(ada)).OpenAllAsync();
        await using var bobs = await (await gateway.SignInAsync(await gateway.AddPersonAsync("bob"))).OpenAllAsync();

        await using (var command = SqlStore.Sqlite(File))
            Assert.True(await command.Accounts.SetDisabledAsync(ada.AccountId, true, TestContext.Current.CancellationToken));

        await adas.AssertAllCutAsync();
        await bobs.AssertAllGoOnAsync();
    }

    [Fact]
    public async Task A_gateway_beside_this_one_cuts_what_a_person_has_open_here_and_a_step_up_there_does_not()
    {
        await using var store = await PostgreSqlStoreFixture.AddAsync();
        var time = new ManualTimeProvider();
        await using var here = await OnPostgreSqlAsync("one", store, time);
        CopyKeys("one", "two");
        await using var there = await OnPostgreSqlAsync("two", store, time);
        var ada = await here.AddPersonAsync();
        await using var adas = await (await here.SignInAsync(ada)).OpenAllAsync();
        await using var bobs = await (await here.SignInAsync(await here.AddPersonAsync("bob"))).OpenAllAsync();
        using var browser = there.Product.NewBrowser();
        foreach (var (name, value) in adas.Browser.Cookies)
            browser.Cookies[name] = value;

        time.Advance(TimeSpan.FromMinutes(16));
        await adas.AssertAllGoOnAsync();
        await bobs.AssertAllGoOnAsync();
        var password = await browser.OpenAsync("/vault/door");
        var code = await browser.FollowAsync(await browser.SubmitAsync(password, ("password", ada.Password)));
        Assert.Equal("/vault/door", (await browser.SubmitAsync(code, ("code", ada.CurrentCode))).Location);
        await Eventually.IsAsync(async () => (await adas.Browser.GetAsync("/")).Status == HttpStatusCode.Found); // known here as well
        await adas.AssertAllGoOnAsync();

        var page = await browser.GetAsync("/_mfa/sign-out");
        var cut = adas.AssertAllCutAsync();
        Assert.Equal("/_mfa/signed-out", (await browser.SubmitAsync(page)).Location);
        await cut;
        await bobs.AssertAllGoOnAsync();
    }

    [Fact]
    public async Task Who_leaves_a_group_is_cut_off_from_what_is_for_its_members_alone()
    {
        await using var gateway = await OnSqliteAsync();
        var ada = await gateway.AddPersonAsync("ada", "staff");
        await using var staff = await (await gateway.SignInAsync(ada)).OpenAllAsync("/staff/");
        await using var other = await gateway.With(staff.Browser.Clone()).OpenAllAsync();

        await ExecuteAsync("UPDATE accounts SET group_names = ''; UPDATE change_marks SET mark = mark + 1");

        await staff.AssertAllCutAsync();
        await other.AssertAllGoOnAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Browser.GetAsync("/staff/")).Status);
    }

    [Fact]
    public async Task Without_the_store_nothing_stays_open_that_nobody_can_vouch_for()
    {
        await using var gateway = await OnSqliteAsync();
        await using var ada = await (await gateway.SignInAsync(await gateway.AddPersonAsync())).OpenAllAsync();
        await using var stranger = await gateway.Stranger().OpenAllAsync("/public/");
        var waited = Stopwatch.StartNew();

        System.IO.File.Move(File, File + ".gone");

        await ada.AssertAllCutAsync();
        Assert.InRange(waited.Elapsed, TimeSpan.FromSeconds(4), TimeSpan.MaxValue); // a failover's time is granted
        await stranger.AssertAllGoOnAsync();
        System.IO.File.Move(File + ".gone", File);
        Assert.Equal(HttpStatusCode.OK, (await ada.Browser.GetAsync("/")).Status);
    }

    [Fact]
    public async Task An_outage_that_is_soon_over_cuts_nothing()
    {
        await using var gateway = await OnSqliteAsync();
        var ada = await gateway.AddPersonAsync();
        await using var adas = await (await gateway.SignInAsync(ada)).OpenAllAsync();
        await using var bobs = await (await gateway.SignInAsync(await gateway.AddPersonAsync("bob"))).OpenAllAsync();

        System.IO.File.Move(File, File + ".gone");
        await Eventually.IsAsync(async () => (await adas.Browser.GetAsync("/")).Status == HttpStatusCode.ServiceUnavailable);
        System.IO.File.Move(File + ".gone", File);

        // Cutting works again, so rounds were made; and what nobody ended goes on.
        await gateway.Product.Get<ISessionStore>().EndAllAsync(ada.AccountId, exceptId: null, TestContext.Current.CancellationToken);
        await adas.AssertAllCutAsync();
        await bobs.AssertAllGoOnAsync();
    }

    private Task<StreamingGateway> OnSqliteAsync() =>
        StreamingGateway.StartAsync(setup => setup.With("MfaGateway:DataDirectory", _data.FullName));

    private Task<StreamingGateway> OnPostgreSqlAsync(string name, PostgreSqlStoreFixture store, ManualTimeProvider time) =>
        StreamingGateway.StartAsync(setup =>
        {
            setup.Time = time;
            setup.With("MfaGateway:DataDirectory", Path.Combine(_data.FullName, name))
                .With("MfaGateway:Store:Provider", "Postgres")
                .With("MfaGateway:Store:ConnectionString", store.ConnectionString);
        });

    // As an operator would who adds a second machine.
    private void CopyKeys(string from, string to)
    {
        var keys = _data.CreateSubdirectory(Path.Combine(to, "keys"));
        foreach (var key in Directory.EnumerateFiles(Path.Combine(_data.FullName, from, "keys")))
            System.IO.File.Copy(key, Path.Combine(keys.FullName, Path.GetFileName(key)));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
