using System.Diagnostics;
using System.Net;
using MfaGateway.Configuration;
using MfaGateway.Core.Sessions;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.OpenRequests;

/// <summary>What another process does to the store (a command, another gateway) is felt by what is open here; and so is its going away.</summary>
[OnStore(StoreProvider.Sqlite)]
public sealed class OtherNodeTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    private string StoreFile => _program.PathOf("data/gateway.db");

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData("sessions", "revoke", "ada")]
    [InlineData("users", "disable", "ada")]
    [InlineData("users", "set-password", "ada", "--password-stdin")]
    public async Task A_command_on_the_same_host_cuts_what_a_person_has_open(params string[] command)
    {
        await using var gateway = await OnSqliteAsync();
        var ada = await gateway.AddPersonAsync();
        await using var adas = await (await gateway.SignInAsync(ada)).OpenAllAsync();
        await using var bobs = await (await gateway.SignInAsync(await gateway.AddPersonAsync("bob"))).OpenAllAsync();

        var cut = adas.AssertAllCutAsync();
        Assert.Equal(0, (await _program.RunAsync("orange kettle walks slowly", command)).ExitCode);

        await cut;
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
    public async Task Without_the_store_nothing_stays_open_that_nobody_can_vouch_for()
    {
        await using var gateway = await OnSqliteAsync();
        await using var ada = await (await gateway.SignInAsync(await gateway.AddPersonAsync())).OpenAllAsync();
        await using var stranger = await gateway.Stranger().OpenAllAsync("/public/");
        var waited = Stopwatch.StartNew();

        File.Move(StoreFile, StoreFile + ".gone");

        await ada.AssertAllCutAsync();
        Assert.InRange(waited.Elapsed, TimeSpan.FromSeconds(4), TimeSpan.MaxValue); // a failover's time is granted
        await stranger.AssertAllGoOnAsync();
        File.Move(StoreFile + ".gone", StoreFile);
        Assert.Equal(HttpStatusCode.OK, (await ada.Browser.GetAsync("/")).Status);
    }

    [Fact]
    public async Task An_outage_that_is_soon_over_cuts_nothing()
    {
        await using var gateway = await OnSqliteAsync();
        var ada = await gateway.AddPersonAsync();
        await using var adas = await (await gateway.SignInAsync(ada)).OpenAllAsync();
        await using var bobs = await (await gateway.SignInAsync(await gateway.AddPersonAsync("bob"))).OpenAllAsync();

        File.Move(StoreFile, StoreFile + ".gone");
        await Eventually.IsAsync(async () => (await adas.Browser.GetAsync("/")).Status == HttpStatusCode.ServiceUnavailable);
        File.Move(StoreFile + ".gone", StoreFile);

        // Cutting works again, so rounds were made; and what nobody ended goes on.
        await gateway.Product.Get<SessionStore>().EndAllAsync(ada.AccountId, exceptId: null, TestContext.Current.CancellationToken);
        await adas.AssertAllCutAsync();
        await bobs.AssertAllGoOnAsync();
    }

    private Task<StreamingGateway> OnSqliteAsync() =>
        StreamingGateway.StartAsync(setup => setup.With("MfaGateway:DataDirectory", _program.PathOf("data")));

    private Task<StreamingGateway> OnPostgreSqlAsync(string name, PostgreSqlStoreFixture store, ManualTimeProvider time) =>
        StreamingGateway.StartAsync(setup =>
        {
            setup.Time = time;
            setup.With("MfaGateway:DataDirectory", _program.PathOf(name))
                .With("MfaGateway:Store:Provider", "Postgres")
                .With("MfaGateway:Store:ConnectionString", store.ConnectionString);
        });

    // As an operator would who adds a second machine.
    private void CopyKeys(string from, string to)
    {
        var keys = Directory.CreateDirectory(_program.PathOf(to + "/keys"));
        foreach (var key in Directory.EnumerateFiles(_program.PathOf(from + "/keys")))
            File.Copy(key, Path.Combine(keys.FullName, Path.GetFileName(key)));
    }
}
