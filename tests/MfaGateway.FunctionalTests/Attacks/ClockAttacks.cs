using System.Net;
using System.Text.Json;
using MfaGateway.Core.Timekeeping;
using MfaGateway.FunctionalTests.MagicCodes;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Who sets a machine's clock back makes codes of the past good again, unless the store remembers what time it was.</summary>
public sealed class ClockAttacks : MagicCodeTest, IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mfagateway-test-");
    private readonly CapturedLogs _logs = new();
    private PostgreSqlStoreFixture? _store;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_old_code_opens_nothing_after_the_clock_was_set_back_and_the_gateway_restarted(bool postgreSql)
    {
        await UseAsync(postgreSql);
        var time = new ManualTimeProvider();
        string seen;
        TestPerson ada;
        await using (var before = await StartAsync("one", time))
        {
            ada = await (await before.AddPersonAsync()).WithAuthenticatorAsync();
            await before.AddPersonAsync("bob");
            seen = ada.CurrentCode;
            time.Advance(Hour);
            using var bob = before.NewBrowser();
            await new TestPerson(before, "bob").GivePasswordAsync(bob);
        }

        time.SetBack(Hour);
        await using var gateway = await StartAsync("one", time);
        using var thief = gateway.NewBrowser();
        var asked = await new TestPerson(gateway, "ada").GivePasswordAsync(thief);
        Assert.StartsWith("/_mfa/challenge/totp", asked.Url, StringComparison.Ordinal);

        var refused = await thief.SubmitAsync(asked, ("code", seen));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Equal("60", refused.Header("Retry-After"));
        Assert.DoesNotContain("mfa_session", thief.Cookies.Keys);
        Assert.Contains(_logs.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal) && line.Contains("3600 s behind", StringComparison.Ordinal));
        var report = await ReadyAsync(gateway);
        Assert.Equal((503, "behind"), (report.Status, report.Clock));
        Assert.Contains("3600 s behind", report.Detail, StringComparison.Ordinal);

        // Right again: nothing has to be restarted, and the answer that met it was not counted.
        time.Advance(Hour + TimeSpan.FromMinutes(11));
        var phone = new TestPerson(gateway, "ada") { Secret = ada.Secret };
        Assert.Equal(Greeting, (await phone.SignInAsync(thief)).Body);
        await Eventually.IsAsync(async () => (await ReadyAsync(gateway)).Status == 200);
        Assert.Contains(_logs.Lines, line => line.Contains("[ClockRight]", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(80, HttpStatusCode.SeeOther)]
    [InlineData(100, HttpStatusCode.ServiceUnavailable)]
    public async Task A_clock_that_is_a_little_behind_is_no_fault(int seconds, HttpStatusCode status)
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync("one", time);
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        await gateway.Get<ClockStore>().RaiseMarkAsync(time.GetUtcNow().AddSeconds(seconds), CancellationToken.None);
        using var browser = gateway.NewBrowser();

        var asked = await ada.GivePasswordAsync(browser);

        Assert.Equal(status, (await browser.SubmitAsync(asked, ("code", ada.CurrentCode))).Status);
    }

    [Fact]
    public async Task The_json_api_refuses_the_same_with_a_problem()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync("one", time);
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new Api.ApiClient(gateway.NewBrowser());
        (await client.SignInAsync(ada)).LeadsTo("totp");
        await SetBackAsync(gateway, time);

        (await client.PostAsync("/challenge/totp", new { code = ada.CurrentCode })).Is(HttpStatusCode.ServiceUnavailable, "clock-behind");
        Assert.DoesNotContain("mfa_session", client.Browser.Cookies.Keys);
    }

    [Fact]
    public async Task A_session_of_the_future_opens_nothing_until_the_clock_is_right()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync("one", time);
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        Assert.Equal(Greeting, (await ada.SignInAsync(browser)).Body);

        time.SetBack(Hour);
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/")).Status);
        time.Advance(Hour);

        Assert.Equal(Greeting, (await browser.GetAsync("/")).Body);
    }

    [Fact]
    public async Task A_mailed_code_of_before_opens_nothing_and_none_is_sent()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync("one", time);
        await gateway.AddPersonAsync();
        using var thief = gateway.NewBrowser();
        var asked = await AskAsync(thief);
        var mail = await MailedCode.NextAsync(gateway);
        await SetBackAsync(gateway, time);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await thief.SubmitAsync(asked, ("code", mail.Code))).Status);
        var form = await thief.GetAsync("/_mfa/sign-in/code?returnUrl=%2Fwiki%2F");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await thief.SubmitAsync(form, ("email", "ada@example.org"))).Status);
        Assert.DoesNotContain("mfa_session", thief.Cookies.Keys);
    }

    [Fact]
    public async Task A_new_phone_is_not_taken_over_by_a_code_of_before()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync("one", time);
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var offer = await ada.GivePasswordAsync(browser);
        Core.Factors.Totp.Base32.TryDecode(offer.Text("totp-secret"), out var secret);
        ada.Secret = Core.Factors.Totp.TotpSecret.FromBytes(secret!);
        await SetBackAsync(gateway, time);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.SubmitAsync(offer, ("code", ada.CurrentCode))).Status);
    }

    [Fact]
    public async Task Of_two_nodes_the_one_behind_refuses_and_the_other_one_does_not()
    {
        await UseAsync(postgreSql: true);
        var (right, slow) = (new ManualTimeProvider(), new ManualTimeProvider());
        slow.SetBack(TimeSpan.FromMinutes(2));
        await using var one = await StartAsync("one", right);
        await using var two = await StartAsync("two", slow);
        var ada = await (await one.AddPersonAsync()).WithAuthenticatorAsync();

        using var there = two.NewBrowser();
        var asked = await new TestPerson(two, "ada").GivePasswordAsync(there);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await there.SubmitAsync(asked, ("code", ada.CurrentCode))).Status);
        Assert.Equal(new Readiness(503, "behind", null), (await ReadyAsync(two)) with { Detail = null });

        using var here = one.NewBrowser();
        Assert.Equal(Greeting, (await ada.SignInAsync(here)).Body);
        Assert.Equal(new Readiness(200, "ok", null), (await ReadyAsync(one)) with { Detail = null });
    }

    // A code is asked for before the clock is set back, which the store has seen an hour later.
    private static async Task SetBackAsync(GatewayUnderTest gateway, ManualTimeProvider time) =>
        await gateway.Get<ClockStore>().RaiseMarkAsync(time.GetUtcNow() + Hour, CancellationToken.None);

    private static async Task<Readiness> ReadyAsync(GatewayUnderTest gateway)
    {
        using var browser = gateway.NewBrowser();
        var visit = await browser.GetAsync("/_mfa/health/ready");
        var report = JsonDocument.Parse(visit.Body).RootElement;
        return new((int)visit.Status, report.GetProperty("clock").GetString()!, report.TryGetProperty("detail", out var detail) ? detail.GetString() : null);
    }

    private async Task UseAsync(bool postgreSql) => _store = postgreSql ? await PostgreSqlStoreFixture.AddAsync() : null;

    private Task<GatewayUnderTest> StartAsync(string name, ManualTimeProvider time)
    {
        var keys = _data.CreateSubdirectory(Path.Combine(name, "keys"));
        var first = Path.Combine(_data.FullName, "one", "keys");
        foreach (var key in name == "one" ? [] : Directory.EnumerateFiles(first))
            File.Copy(key, Path.Combine(keys.FullName, Path.GetFileName(key)));
        return GatewayUnderTest.StartAsync(setup =>
        {
            Configure(setup);
            (setup.Time, setup.Logs) = (time, _logs);
            setup.With("MfaGateway:DataDirectory", Path.Combine(_data.FullName, name));
            if (_store is not null)
            {
                setup.With("MfaGateway:Store:Provider", "Postgres")
                    .With("MfaGateway:Store:ConnectionString", _store.ConnectionString);
            }
        });
    }

    private sealed record Readiness(int Status, string Clock, string? Detail);
}
