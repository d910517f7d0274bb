using System.Net;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>The product on PostgreSQL: the whole journey, and two gateways that share one store and one key ring.</summary>
public sealed class PostgreSqlJourneys : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mfagateway-test-");
    private PostgreSqlStoreFixture _store = null!;

    public async ValueTask InitializeAsync() => _store = await PostgreSqlStoreFixture.AddAsync();

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task A_newcomer_enrols_leaves_and_comes_back_with_a_code_that_is_good_once()
    {
        await using var gateway = await StartAsync("one");
        var ada = await gateway.AddPersonAsync("ada", "staff");
        using var browser = gateway.NewBrowser();
        var offer = await ada.GivePasswordAsync(browser, "/reports?year=2025");
        Assert.True(Base32.TryDecode(offer.Text("totp-secret"), out var secret));
        ada.Secret = TotpSecret.FromBytes(secret);

        var wrong = await browser.SubmitAsync(offer, ("code", ada.WrongCode));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        var codes = await browser.FollowAsync(await browser.SubmitAsync(wrong, ("code", ada.CurrentCode), ("name", "Phone")));
        var recoveryCode = codes.Page.QuerySelector("#recovery-codes li")!.TextContent.Trim();
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(codes, ("saved", "true")))).Body);
        Assert.Equal("/reports?year=2025", gateway.Upstream.Last.RawTarget);
        Assert.Equal("ada", gateway.Upstream.Last.Headers["Remote-User"]);

        Assert.Equal("/_mfa/signed-out", (await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-out"))).Location);
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/")).Status);

        var asked = await ada.GivePasswordAsync(browser);
        var replayed = await browser.SubmitAsync(asked, ("code", ada.CurrentCode));
        Assert.Equal(HttpStatusCode.Unauthorized, replayed.Status);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(replayed, ("code", ada.CurrentCode)))).Body);

        using var withoutPhone = gateway.NewBrowser();
        await ada.GivePasswordAsync(withoutPhone);
        var page = await withoutPhone.GetAsync("/_mfa/challenge/recovery-code");
        Assert.Equal("hello from upstream", (await withoutPhone.FollowAsync(await withoutPhone.SubmitAsync(page, ("code", recoveryCode)))).Body);
    }

    [Fact]
    public async Task A_session_of_one_gateway_is_good_on_the_other_until_it_is_ended_on_either()
    {
        await using var one = await StartAsync("one");
        await using var two = await StartAsync("two", keysOf: "one");
        var ada = await (await one.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = one.NewBrowser();
        await ada.SignInAsync(browser);
        using var there = Beside(browser, two);
        Assert.Equal("hello from upstream", (await there.GetAsync("/")).Body);

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-out"))).Status);

        var waited = System.Diagnostics.Stopwatch.StartNew();
        await Eventually.IsAsync(async () => (await there.GetAsync("/")).Status == HttpStatusCode.Found);
        Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_sign_in_that_began_on_one_gateway_ends_on_the_other()
    {
        await using var one = await StartAsync("one");
        await using var two = await StartAsync("two", keysOf: "one");
        var ada = await (await one.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = one.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        using var there = Beside(browser, two);

        var answered = await there.SubmitAsync(asked, ("code", ada.CurrentCode));

        Assert.Equal("hello from upstream", (await there.FollowAsync(answered)).Body);
    }

    [Fact]
    public async Task One_code_that_is_raced_on_both_gateways_passes_once()
    {
        await using var one = await StartAsync("one");
        await using var two = await StartAsync("two", keysOf: "one");
        var ada = await (await one.AddPersonAsync()).WithAuthenticatorAsync();
        var tries = new List<(Browser Browser, Visit Asked)>();
        for (var number = 0; number < 8; number++)
        {
            var browser = (number % 2 == 0 ? one : two).NewBrowser();
            tries.Add((browser, await ada.GivePasswordAsync(browser)));
        }

        var code = ada.CurrentCode;
        var answers = await Task.WhenAll(tries.Select(attempt => attempt.Browser.SubmitAsync(attempt.Asked, ("code", code))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.SeeOther);
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized));
        tries.ForEach(attempt => attempt.Browser.Dispose());
    }

    [Fact]
    public async Task Both_gateways_sign_with_one_key_and_publish_the_same_ones()
    {
        await using var one = await StartAsync("one");
        await using var two = await StartAsync("two", keysOf: "one");
        var ada = await (await one.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = one.NewBrowser();
        await ada.SignInAsync(browser);
        using var there = Beside(browser, two);
        await there.GetAsync("/");

        Assert.Equal(HeaderOf(one), HeaderOf(two));
        Assert.Equal(
            (await browser.GetAsync("/_mfa/.well-known/jwks.json")).Body, (await there.GetAsync("/_mfa/.well-known/jwks.json")).Body);
    }

    [Fact]
    public async Task Gateways_that_start_together_on_an_empty_store_and_one_data_directory_agree()
    {
        var gateways = await Task.WhenAll(StartAsync("shared"), StartAsync("shared"), StartAsync("shared"));
        var ada = await (await gateways[0].AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateways[0].NewBrowser();
        await ada.SignInAsync(browser);

        foreach (var gateway in gateways)
        {
            using var there = Beside(browser, gateway);
            Assert.Equal("hello from upstream", (await there.GetAsync("/")).Body);
        }

        Assert.Single(gateways.Select(HeaderOf).Distinct(StringComparer.Ordinal));
        foreach (var gateway in gateways)
            await gateway.DisposeAsync();
    }

    // The first part of a token: algorithm, type and key id.
    private static string HeaderOf(GatewayUnderTest gateway) => gateway.Upstream.Last.Headers["X-Mfa-Assertion"].Split('.')[0];

    private static Browser Beside(Browser browser, GatewayUnderTest gateway)
    {
        var there = gateway.NewBrowser();
        foreach (var (name, value) in browser.Cookies)
            there.Cookies[name] = value;
        return there;
    }

    /// <param name="name">Of its data directory.</param>
    /// <param name="keysOf">Whose key ring it gets a copy of first, as an operator would who adds a second machine.</param>
    private Task<GatewayUnderTest> StartAsync(string name, string? keysOf = null)
    {
        var keys = _data.CreateSubdirectory(Path.Combine(name, "keys"));
        foreach (var key in keysOf is null ? [] : Directory.EnumerateFiles(Path.Combine(_data.FullName, keysOf, "keys")))
            File.Copy(key, Path.Combine(keys.FullName, Path.GetFileName(key)));
        return GatewayUnderTest.StartAsync(setup =>
        {
            setup.Time = _time;
            setup.With("MfaGateway:DataDirectory", Path.Combine(_data.FullName, name))
                .With("MfaGateway:Store:Provider", "Postgres")
                .With("MfaGateway:Store:ConnectionString", _store.ConnectionString);
        });
    }
}
