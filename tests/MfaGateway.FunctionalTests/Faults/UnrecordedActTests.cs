using System.Net;
using MfaGateway.Configuration;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Sessions;
using MfaGateway.Storage;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Microsoft.Data.Sqlite;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>What can't be recorded in the audit does not happen, and happens once it can.</summary>
[OnStore(StoreProvider.Sqlite)]
public sealed class UnrecordedActTests
{
    [Fact]
    public async Task A_code_whose_check_is_not_recorded_is_not_spent()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);

        await RefuseAsync(gateway, AuditEvents.FactorChecked);
        Assert.True((await browser.SubmitAsync(asked, ("code", ada.CurrentCode))).Status >= HttpStatusCode.InternalServerError);
        Assert.DoesNotContain("mfa_session", browser.Cookies.Keys);
        await AllowAsync(gateway);

        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", ada.CurrentCode)))).Body);
    }

    [Fact]
    public async Task A_session_whose_start_is_not_recorded_does_not_begin()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("app", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        await RefuseAsync(gateway, AuditEvents.SessionStarted);

        Assert.True((await ada.GivePasswordAsync(browser)).Status >= HttpStatusCode.InternalServerError);

        Assert.Empty(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
        await AllowAsync(gateway);
        Assert.Equal("hello from upstream", (await ada.GivePasswordAsync(browser)).Body);
    }

    [Fact]
    public async Task A_sign_out_that_is_not_recorded_leaves_the_session()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("app", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser);
        var page = await browser.GetAsync("/_mfa/sign-out");

        await RefuseAsync(gateway, AuditEvents.SessionEnded);
        Assert.True((await browser.SubmitAsync(page)).Status >= HttpStatusCode.InternalServerError);
        Assert.Equal("hello from upstream", (await browser.GetAsync("/")).Body);
        await AllowAsync(gateway);

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(page)).Status);
        Assert.Empty(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
    }

    private static Task RefuseAsync(GatewayUnderTest gateway, string what) => RunAsync(
        gateway, $"CREATE TRIGGER refuses BEFORE INSERT ON audit_log WHEN NEW.event = '{what}' BEGIN SELECT RAISE(ABORT, 'not recorded'); END");

    private static Task AllowAsync(GatewayUnderTest gateway) => RunAsync(gateway, "DROP TRIGGER refuses");

    private static async Task RunAsync(GatewayUnderTest gateway, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={gateway.Get<GatewayStore>().Directory.SqliteFile}");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the test's own words
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
