using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.FunctionalTests.OpenRequests;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>WebSockets that are opened by the wrong client, or stay open longer than they may.</summary>
public sealed class WebSocketAdvisories
{
    private const string Watch = "src/MfaGateway/OpenRequests/OpenRequestWatch.cs";

    [Fact]
    [Advisory("GHSA-4hv6-xc92-j86g", "Vikunja", "A WebSocket stays open when its session is revoked", Watch)]
    public async Task A_WebSocket_is_cut_when_its_session_is_revoked()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        var ada = await gateway.AddPersonAsync();
        await using var thief = await (await gateway.SignInAsync(ada)).OpenAllAsync("/", StreamKind.Socket);
        await using var bob = await (await gateway.SignInAsync(await gateway.AddPersonAsync("bob"))).OpenAllAsync("/", StreamKind.Socket);
        await using var owner = await gateway.SignInAsync(ada);

        var page = await owner.Browser.GetAsync("/_mfa/account/sessions");
        var cut = thief.AssertAllCutAsync();
        await owner.Browser.PostAsync("/_mfa/account/sessions/end-others", page.Form().Values);

        await cut;
        await bob.AssertAllGoOnAsync();
        await owner.OpenAllAsync("/", StreamKind.Socket);
    }

    [Fact]
    [Advisory("CVE-2023-40025", "Argo CD", "A terminal in the browser stays open after the session has expired", Watch)]
    public async Task A_WebSocket_is_cut_when_its_session_expires()
    {
        await using var gateway = await StreamingGateway.StartAsync(setup => setup
            .With("MfaGateway:Session:IdleTimeout", "00:30:00").With("MfaGateway:Session:AbsoluteTimeout", "00:40:00"));
        await using var ada = await (await gateway.SignInAsync(await gateway.AddPersonAsync())).OpenAllAsync("/", StreamKind.Socket);
        gateway.Product.Time.Advance(TimeSpan.FromMinutes(20));
        await ada.AssertAllGoOnAsync();

        gateway.Product.Time.Advance(TimeSpan.FromMinutes(21));

        await ada.AssertAllCutAsync();
    }

    [Fact]
    [Advisory("CVE-2024-41666", "Argo CD", "A terminal in the browser stays open when the right to it is taken away", "src/MfaGateway/OpenRequests/OpenRequestReview.cs")]
    public async Task A_WebSocket_is_cut_when_the_person_leaves_the_group()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        var ada = await gateway.AddPersonAsync("ada", "staff");
        await using var staff = await (await gateway.SignInAsync(ada)).OpenAllAsync("/staff/", StreamKind.Socket);
        await using var other = await gateway.With(staff.Browser.Clone()).OpenAllAsync("/", StreamKind.Socket);
        var account = (await gateway.Product.Get<AccountStore>().FindAsync(ada.AccountId, TestContext.Current.CancellationToken))!;

        await gateway.Product.Get<AdministrationService>().EditAsync(
            account, AccountDetails.Of(account) with { Groups = [] }, Actor.Command, TestContext.Current.CancellationToken);

        await staff.AssertAllCutAsync();
        await other.AssertAllGoOnAsync();
    }

    [Fact]
    [Advisory("CVE-2026-63330", "Warpgate", "A WebSocket is opened by every signed-in user, without the check that pages have", "src/MfaGateway/Access/AccessPolicyEvaluator.cs")]
    public async Task A_WebSocket_is_opened_by_members_alone()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        await using var staff = await gateway.SignInAsync(await gateway.AddPersonAsync("ada", "staff"));
        await using var other = await gateway.SignInAsync(await gateway.AddPersonAsync("eve"));
        await using var stranger = gateway.Stranger();

        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await Assert.ThrowsAsync<RefusedException>(() => other.OpenAsync(StreamKind.Socket, version, "/staff/"))).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<RefusedException>(() => stranger.OpenAsync(StreamKind.Socket, version, "/staff/"))).Status);
            await using var opened = await staff.OpenAsync(StreamKind.Socket, version, "/staff/");
            await opened.AssertGoesOnAsync();
        }
    }

    [Fact]
    [Advisory("CVE-2026-34403", "nginx-ui", "A page of another site opens a WebSocket with the cookie of the person who looks at it", "src/MfaGateway/Sessions/GatewayCookies.cs")]
    public async Task The_session_cookie_is_not_sent_along_by_other_sites()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Https = true);
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();

        var done = await browser.SubmitAsync(await ada.GivePasswordAsync(browser), ("code", ada.CurrentCode));

        var cookie = Assert.Single(done.Headers.GetValues("Set-Cookie"), line => line.StartsWith("__Host-mfa_session=", StringComparison.Ordinal));
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
    }
}
