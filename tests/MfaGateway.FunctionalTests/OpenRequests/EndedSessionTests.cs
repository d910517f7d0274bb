using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Sessions;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.OpenRequests;

/// <summary>
/// What a session has open (WebSockets, event streams, downloads, uploads, over HTTP/1.1 and HTTP/2) is cut when the
/// session is over, by whatever it ended, and nobody else's is.
/// </summary>
public sealed class EndedSessionTests
{
    [Fact]
    public async Task Signing_out_in_another_tab_cuts_what_this_browser_has_open_and_nothing_else()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        var ada = await gateway.AddPersonAsync();
        await using var here = await (await gateway.SignInAsync(ada)).OpenAllAsync();
        await using var elsewhere = await (await gateway.SignInAsync(ada)).OpenAllAsync();
        await using var bob = await (await gateway.SignInAsync(await gateway.AddPersonAsync("bob"))).OpenAllAsync();

        var page = await here.Browser.GetAsync("/_mfa/sign-out");
        var cut = here.AssertAllCutAsync();
        Assert.Equal("/_mfa/signed-out", (await here.Browser.SubmitAsync(page)).Location);

        await cut;
        await elsewhere.AssertAllGoOnAsync();
        await bob.AssertAllGoOnAsync();
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("new password")]
    [InlineData("second factor reset")]
    [InlineData("revoked")]
    public async Task What_an_administrator_ends_is_felt_by_the_next_request_and_by_all_that_is_open(string how)
    {
        await using var gateway = await StreamingGateway.StartAsync();
        var ada = await gateway.AddPersonAsync();
        await using var one = await (await gateway.SignInAsync(ada)).OpenAllAsync();
        await using var other = await (await gateway.SignInAsync(ada)).OpenAllAsync();
        await using var bob = await (await gateway.SignInAsync(await gateway.AddPersonAsync("bob"))).OpenAllAsync();

        await EndAsync(gateway.Product, ada, how);

        Assert.Equal(HttpStatusCode.Found, (await one.Browser.GetAsync("/")).Status);
        await Task.WhenAll(one.AssertAllCutAsync(), other.AssertAllCutAsync());
        await bob.AssertAllGoOnAsync();
    }

    [Fact]
    public async Task Who_leaves_a_group_is_cut_off_from_what_is_for_its_members_alone()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        var ada = await gateway.AddPersonAsync("ada", "staff");
        await using var staff = await (await gateway.SignInAsync(ada)).OpenAllAsync("/staff/");
        await using var other = await gateway.With(staff.Browser.Clone()).OpenAllAsync();
        var account = (await gateway.Product.Get<AccountStore>().FindAsync(ada.AccountId, TestContext.Current.CancellationToken))!;

        Assert.IsType<AccountEdit.Changed>(await gateway.Product.Get<AdministrationService>().EditAsync(
            account, AccountDetails.Of(account) with { Groups = [] }, Actor.Command, TestContext.Current.CancellationToken));

        await staff.AssertAllCutAsync();
        await other.AssertAllGoOnAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Browser.GetAsync("/staff/")).Status);
    }

    [Fact]
    public async Task Changing_ones_own_password_cuts_all_that_is_open()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        var ada = await gateway.AddPersonAsync();
        await using var elsewhere = await (await gateway.SignInAsync(ada)).OpenAllAsync();
        await using var here = await (await gateway.SignInAsync(ada)).OpenAllAsync();

        var page = await here.Browser.GetAsync("/_mfa/account/password");
        var cut = Task.WhenAll(elsewhere.AssertAllCutAsync(), here.AssertAllCutAsync());
        var changed = await here.Browser.SubmitAsync(page, ("currentPassword", ada.Password), ("newPassword", "forty-two-Tin-teapots-19"));
        Assert.Equal(HttpStatusCode.SeeOther, changed.Status);

        await cut;
    }

    [Fact]
    public async Task Ending_all_other_sessions_cuts_all_that_is_open()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        var ada = await gateway.AddPersonAsync();
        await using var here = await (await gateway.SignInAsync(ada)).OpenAllAsync();
        await using var stolen = await (await gateway.SignInAsync(ada)).OpenAllAsync();

        var page = await here.Browser.GetAsync("/_mfa/account/sessions");
        var cut = Task.WhenAll(stolen.AssertAllCutAsync(), here.AssertAllCutAsync());
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync("/_mfa/account/sessions/end-others", page.Form().Values)).Status);

        await cut;
    }

    [Fact]
    public async Task Signing_in_anew_in_the_same_browser_cuts_what_was_open_before()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        var (ada, eve) = (await gateway.AddPersonAsync("ada"), await gateway.AddPersonAsync("eve"));
        await using var adas = await (await gateway.SignInAsync(ada)).OpenAllAsync();

        var signIn = await adas.Browser.GetAsync("/_mfa/sign-in");
        var asked = await adas.Browser.FollowAsync(await adas.Browser.SubmitAsync(signIn, ("username", eve.UserName), ("password", eve.Password)));
        var cut = adas.AssertAllCutAsync();
        Assert.Equal(HttpStatusCode.SeeOther, (await adas.Browser.SubmitAsync(asked, ("code", eve.CurrentCode))).Status);

        await cut;
    }

    [Fact]
    public async Task The_absolute_end_cuts_even_what_is_in_use()
    {
        await using var gateway = await StreamingGateway.StartAsync(setup => setup
            .With("MfaGateway:Session:IdleTimeout", "00:30:00").With("MfaGateway:Session:AbsoluteTimeout", "00:40:00"));
        await using var ada = await (await gateway.SignInAsync(await gateway.AddPersonAsync("ada"))).OpenAllAsync();
        gateway.Product.Time.Advance(TimeSpan.FromMinutes(20));
        await ada.AssertAllGoOnAsync();
        await using var bob = await (await gateway.SignInAsync(await gateway.AddPersonAsync("bob"))).OpenAllAsync();

        gateway.Product.Time.Advance(TimeSpan.FromMinutes(20));

        await ada.AssertAllCutAsync();
        await bob.AssertAllGoOnAsync();
    }

    [Fact]
    public async Task A_session_that_is_only_listened_to_becomes_idle()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        await using var ada = await (await gateway.SignInAsync(await gateway.AddPersonAsync("ada"))).OpenAllAsync("/", StreamKind.Events, StreamKind.Socket);
        await using var bob = await (await gateway.SignInAsync(await gateway.AddPersonAsync("bob"))).OpenAllAsync("/", StreamKind.Events);
        await using var carl = await (await gateway.SignInAsync(await gateway.AddPersonAsync("carl"))).OpenAllAsync("/", StreamKind.Events, StreamKind.Download);
        gateway.Product.Time.Advance(TimeSpan.FromMinutes(20));
        await ada.AssertAllGoOnAsync(); // her browser says something on the sockets
        await bob.AssertAllGoOnAsync(); // only his app says something
        await carl.AssertAllGoOnAsync(); // whose download takes its time, but moves

        gateway.Product.Time.Advance(TimeSpan.FromMinutes(11));

        await bob.AssertAllCutAsync();
        await ada.AssertAllGoOnAsync();
        await carl.AssertAllGoOnAsync();

        // By now the store has been told of the uses: they count on every node.
        Assert.Equal(HttpStatusCode.OK, (await carl.Browser.GetAsync("/")).Status);
        gateway.Product.Time.Advance(TimeSpan.FromMinutes(31));
        await ada.AssertAllCutAsync();
    }

    [Fact]
    public async Task A_step_up_cuts_nothing_and_what_was_open_ends_with_the_session_that_carries_on()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        var ada = await gateway.AddPersonAsync();
        await using var here = await (await gateway.SignInAsync(ada)).OpenAllAsync();
        await using var bob = await (await gateway.SignInAsync(await gateway.AddPersonAsync("bob"))).OpenAllAsync("/", StreamKind.Events);
        for (var twice = 0; twice < 2; twice++)
        {
            gateway.Product.Time.Advance(TimeSpan.FromMinutes(16));
            await here.AssertAllGoOnAsync();
            var before = here.Browser.Cookies["__Host-mfa_session"];
            var password = await here.Browser.OpenAsync("/vault/door");
            var code = await here.Browser.FollowAsync(await here.Browser.SubmitAsync(password, ("password", ada.Password)));
            Assert.Equal("/vault/door", (await here.Browser.SubmitAsync(code, ("code", ada.CurrentCode))).Location);
            Assert.NotEqual(before, here.Browser.Cookies["__Host-mfa_session"]);
        }

        await bob.AssertAllCutAsync(); // idle: a round was made
        await here.AssertAllGoOnAsync();

        var cut = here.AssertAllCutAsync();
        await here.Browser.SubmitAsync(await here.Browser.GetAsync("/_mfa/sign-out"));
        await cut;
    }

    [Fact]
    public async Task What_begins_with_fresh_proofs_goes_on_when_they_are_stale()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        await using var ada = await (await gateway.SignInAsync(await gateway.AddPersonAsync("ada"))).OpenAllAsync("/vault/", StreamKind.Download);
        var bob = await gateway.AddPersonAsync("bob");
        await using var bobs = await (await gateway.SignInAsync(bob)).OpenAllAsync();
        gateway.Product.Time.Advance(TimeSpan.FromMinutes(16));

        await EndAsync(gateway.Product, bob, "revoked");

        await bobs.AssertAllCutAsync();
        await ada.AssertAllGoOnAsync();
        Assert.Equal(HttpStatusCode.Found, (await ada.Browser.GetAsync("/vault/")).Status);
    }

    [Fact]
    public async Task On_a_public_route_strangers_go_on_and_whoever_was_named_to_the_app_is_cut()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        var ada = await gateway.AddPersonAsync();
        await using var stranger = await gateway.Stranger().OpenAllAsync("/public/");
        await using var adas = await (await gateway.SignInAsync(ada)).OpenAllAsync("/public/");

        await EndAsync(gateway.Product, ada, "revoked");

        await adas.AssertAllCutAsync();
        await stranger.AssertAllGoOnAsync();
        await using var asNobody = await adas.OpenAsync(StreamKind.Events, HttpVersion.Version11, "/public/");
        await asNobody.AssertGoesOnAsync();
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task What_is_opened_while_its_session_ends_is_refused_or_cut(string version)
    {
        await using var gateway = await StreamingGateway.StartAsync(setup => setup.With("MfaGateway:Session:MostPerAccount", "100"));
        var ada = await gateway.AddPersonAsync();
        var (refused, cut) = (0, 0);

        for (var number = 0; number < 40; number++)
        {
            await using var person = await gateway.SignInDirectlyAsync(ada);
            var session = (await gateway.Product.Get<SessionStore>().ListAsync(ada.AccountId, TestContext.Current.CancellationToken)).Single();
            var kind = StreamingPerson.AllKinds[number % 3]; // an upload is open before anybody has judged it
            var arrived = new TaskCompletionSource();
            gateway.App.Arrived += (_, _) => arrived.TrySetResult();
            var opening = Task.Run(() => person.OpenAsync(kind, Version.Parse(version)));
            if (number % 2 == 0)
                await Task.WhenAny(arrived.Task, opening);
            await gateway.Product.Get<SessionStore>().EndAsync(session.Id, CancellationToken.None);
            try
            {
                await using var opened = await opening;
                await opened.CutAsync();
                cut++;
            }
            catch (RefusedException)
            {
                refused++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{refused} refused, {cut} cut.");
        Assert.Equal(40, refused + cut);
    }

    private static async Task EndAsync(GatewayUnderTest gateway, TestPerson person, string how)
    {
        var account = (await gateway.Get<AccountStore>().FindAsync(person.AccountId, TestContext.Current.CancellationToken))!;
        switch (how)
        {
            case "disabled":
                await person.DisableAsync();
                break;
            case "second factor reset":
                Assert.IsType<SecondFactorReset.Done>(await gateway.Get<AdministrationService>().ResetSecondFactorAsync(
                    account, "The phone is lost.", Actor.Command, TestContext.Current.CancellationToken));
                break;
            case "new password":
                Assert.IsType<PasswordChange.Changed>(await gateway.Get<AccountService>().SetPasswordAsync(
                    account, "forty-two-Tin-teapots-19", Actor.Command, TestContext.Current.CancellationToken));
                break;
            default:
                await gateway.Get<SessionStore>().EndAllAsync(account.Id, exceptId: null, TestContext.Current.CancellationToken);
                break;
        }
    }
}
