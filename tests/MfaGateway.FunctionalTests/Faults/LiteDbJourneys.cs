using System.Net;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.Storage;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>The product on LiteDB: the whole journey, what a restart keeps, and data directories of another engine.</summary>
public sealed class LiteDbJourneys : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mfagateway-test-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task A_newcomer_enrols_leaves_and_comes_back_with_a_code_that_is_good_once()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync("ada", "staff");
        using var browser = gateway.NewBrowser();
        var recoveryCode = await EnrolAsync(ada, browser);
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

        var report = await new AuditVerification(gateway.Get<AuditStore>(), gateway.Get<GatewayStore>().AuditChain).VerifyAsync(mark: null, Token);
        Assert.Empty(report.Faults);
        Assert.True(report.Entries > 10);
    }

    [Fact]
    public async Task A_session_and_a_used_code_outlive_a_restart()
    {
        string cookie, value, usedCode;
        await using (var gateway = await StartAsync())
        {
            var ada = await gateway.AddPersonAsync("ada", "staff");
            using var browser = gateway.NewBrowser();
            await EnrolAsync(ada, browser);
            usedCode = ada.CurrentCode;
            (cookie, value) = browser.Cookies.First(one => one.Key.Contains("session", StringComparison.Ordinal));
        }

        await using var again = await StartAsync();
        using var back = again.NewBrowser();
        back.Cookies[cookie] = value;
        Assert.Equal("hello from upstream", (await back.GetAsync("/")).Body);

        using var replaying = again.NewBrowser();
        var asked = await new TestPerson(again, "ada").GivePasswordAsync(replaying);
        Assert.Equal(HttpStatusCode.Unauthorized, (await replaying.SubmitAsync(asked, ("code", usedCode))).Status);
    }

    [Theory]
    [InlineData("LiteDb", "Sqlite")]
    [InlineData("Sqlite", "LiteDb")]
    public async Task A_data_directory_of_another_engine_is_refused(string provider, string configured)
    {
        await (await StartAsync(provider)).DisposeAsync();

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => StartAsync(configured));
        Assert.Contains($"belongs to a store of {provider}, but MfaGateway:Store:Provider is {configured}", refused.Message, StringComparison.Ordinal);

        // The note is lost, or the first start broke off before it: the file tells.
        File.Delete(Path.Combine(_data.FullName, "store.json"));
        refused = await Assert.ThrowsAsync<StoreRefusedException>(() => StartAsync(configured));
        Assert.Contains($"is a store of {provider}", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"Set it to {provider}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_finds_no_socket_of_a_running_gateway_says_who_has_the_store()
    {
        await using var gateway = await StartAsync();
        using var program = new GatewayProgram();
        File.Delete(Path.Combine(_data.FullName, "gateway.sock"));

        var result = await program.RunAsync(
            "users", "list", $"--MfaGateway:DataDirectory={_data.FullName}", "--MfaGateway:Store:Provider=LiteDb");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is open in another process", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    private static async Task<string> EnrolAsync(TestPerson person, Browser browser)
    {
        var offer = await person.GivePasswordAsync(browser, "/reports?year=2025");
        Assert.True(Base32.TryDecode(offer.Text("totp-secret"), out var secret));
        person.Secret = TotpSecret.FromBytes(secret);
        var codes = await browser.FollowAsync(await browser.SubmitAsync(offer, ("code", person.CurrentCode), ("name", "Phone")));
        var recoveryCode = codes.Page.QuerySelector("#recovery-codes li")!.TextContent.Trim();
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(codes, ("saved", "true")))).Body);
        return recoveryCode;
    }

    private Task<GatewayUnderTest> StartAsync(string provider = "LiteDb") => GatewayUnderTest.StartAsync(setup =>
    {
        setup.Time = _time;
        setup.With("MfaGateway:DataDirectory", _data.FullName).With("MfaGateway:Store:Provider", provider);
    });
}
