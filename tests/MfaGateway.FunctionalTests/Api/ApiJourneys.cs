using System.Net;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Api;

/// <summary>What people do, done by programs: through JSON alone, until the app behind answers.</summary>
public sealed class ApiJourneys
{
    [Fact]
    public async Task A_password_alone_is_enough_where_one_factor_is()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("notes", "/notes/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());

        Assert.Equal("sign-in", (await client.GetAsync("/flow")).Next);
        var signedIn = (await client.SignInAsync(ada, "/notes/1?x=2")).LeadsTo("done");

        Assert.Equal("/notes/1?x=2", (string?)signedIn["returnUrl"]);
        Assert.Equal("hello from upstream", (await client.Browser.GetAsync("/notes/1")).Body);
        Assert.Equal("done", (await client.GetAsync("/flow")).Next);
        var who = await client.GetAsync("/session");
        Assert.Equal("ada", (string?)who["account"]!["userName"]);
        Assert.Equal("one-factor", (string?)who["session"]!["strength"]);
    }

    [Fact]
    public async Task A_password_and_a_code_open_what_wants_two_factors()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());

        var asked = (await client.SignInAsync(ada)).LeadsTo("totp");
        Assert.Equal("ada", (string?)asked["userName"]);
        Assert.Equal(6, (int)asked["totpDigits"]!);
        Assert.Equal((string?)asked["flow"], (string?)(await client.GetAsync("/flow"))["flow"]);
        Assert.Equal(HttpStatusCode.Found, (await client.Browser.GetAsync("/")).Status);

        var wrong = (await client.PostAsync("/challenge/totp", new { code = ada.WrongCode })).Is(HttpStatusCode.Unauthorized, "wrong-answer");
        Assert.Equal(4, (int)wrong["attemptsLeft"]!);
        (await client.PostAsync("/challenge/totp", new { code = "12345" })).Is(HttpStatusCode.BadRequest, "malformed-answer");
        (await client.PostAsync("/challenge/totp", new { code = ada.CurrentCode, flow = (string?)asked["flow"] })).LeadsTo("done");

        Assert.Equal("hello from upstream", (await client.Browser.GetAsync("/")).Body);
        Assert.Equal(["otp", "pwd", "mfa"], (await client.GetAsync("/session"))["session"]!["amr"]!.AsArray().Select(method => (string?)method));
    }

    [Fact]
    public async Task A_code_is_taken_once_and_the_answer_says_when_there_is_another()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        await ada.SignInAsync(gateway.NewBrowser());
        using var client = new ApiClient(gateway.NewBrowser());
        await client.SignInAsync(ada);

        var used = (await client.PostAsync("/challenge/totp", new { code = ada.CurrentCode })).Is(HttpStatusCode.Unauthorized, "code-already-used");

        var wait = (DateTimeOffset)used["retryAt"]! - gateway.Time.GetUtcNow();
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Somebody_without_a_second_factor_enrols_one_on_the_way_and_a_recovery_code_stands_in_for_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        (await client.SignInAsync(ada)).LeadsTo("enroll-totp");

        (await client.PostAsync("/enroll/totp/confirm", new { code = "123456" })).Is(HttpStatusCode.Unauthorized, "wrong-answer");
        var offer = await client.PostAsync("/enroll/totp");
        Assert.Equal((string?)offer["secret"], (string?)(await client.PostAsync("/enroll/totp"))["secret"]);
        Assert.StartsWith("otpauth://totp/", (string?)offer["uri"], StringComparison.Ordinal);
        Assert.StartsWith("data:image/png;base64,", (string?)offer["qrCode"], StringComparison.Ordinal);
        Assert.True(Base32.TryDecode((string)offer["secret"]!, out var secret));
        ada.Secret = TotpSecret.FromBytes(secret);

        (await client.PostAsync("/enroll/totp/confirm", new { code = ada.WrongCode })).Is(HttpStatusCode.Unauthorized, "wrong-answer");
        (await client.PostAsync("/enroll/totp/confirm", new { code = ada.CurrentCode, name = "Phone" })).LeadsTo("save-recovery-codes");
        var codes = (await client.GetAsync("/enroll/recovery-codes"))["codes"]!.AsArray().Select(code => (string)code!).ToList();
        Assert.Equal(10, codes.Count);
        (await client.PostAsync("/enroll/recovery-codes/saved", new { })).LeadsTo("done");
        Assert.Equal("hello from upstream", (await client.Browser.GetAsync("/")).Body);
        (await client.GetAsync("/enroll/recovery-codes")).Is(HttpStatusCode.Unauthorized, "flow-expired");

        using var elsewhere = new ApiClient(gateway.NewBrowser());
        var asked = (await elsewhere.SignInAsync(ada)).LeadsTo("totp");
        Assert.Equal(["recovery-code"], asked["alternatives"]!.AsArray().Select(step => (string?)step));
        (await elsewhere.PostAsync("/challenge/recovery-code", new { code = codes[3] })).LeadsTo("done");
        Assert.Equal(9, (int)(await elsewhere.GetAsync("/account/recovery-codes"))["remaining"]!);

        using var thief = new ApiClient(gateway.NewBrowser());
        await thief.SignInAsync(ada);
        (await thief.PostAsync("/challenge/recovery-code", new { code = codes[3] })).Is(HttpStatusCode.Unauthorized, "wrong-answer");
    }

    [Fact]
    public async Task A_change_of_ones_factors_wants_fresh_proofs_which_are_given_on_the_way()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await SignInAsync(client, ada);
        gateway.Time.Advance(TimeSpan.FromMinutes(11));

        var refused = (await client.PostAsync("/account/recovery-codes")).Is(HttpStatusCode.Unauthorized, "step-up-required");
        (await client.PostAsync("/step-up", new { policy = (string?)refused["policy"] })).LeadsTo("password");
        (await client.PostAsync("/challenge/totp", new { code = ada.CurrentCode })).Is(HttpStatusCode.Conflict, "step-not-asked");
        (await client.PostAsync("/challenge/password", new { password = ada.Password })).LeadsTo("totp");
        (await client.PostAsync("/challenge/totp", new { code = ada.CurrentCode })).LeadsTo("done");

        (await client.PostAsync("/account/recovery-codes")).LeadsTo("save-recovery-codes");
        Assert.Equal(10, (await client.GetAsync("/enroll/recovery-codes"))["codes"]!.AsArray().Count);
        (await client.PostAsync("/enroll/recovery-codes/saved", new { })).LeadsTo("done");
        Assert.Equal(10, (int)(await client.GetAsync("/account/recovery-codes"))["remaining"]!);
    }

    [Fact]
    public async Task Authenticators_are_added_renamed_and_removed_and_with_the_last_one_the_second_factor_is_off()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("notes", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await client.SignInAsync(ada);
        (await client.PostAsync("/account/recovery-codes")).Is(HttpStatusCode.Conflict, "no-second-factor");

        (await client.PostAsync("/account/authenticators")).LeadsTo("enroll-totp");
        Assert.True(Base32.TryDecode((string)(await client.PostAsync("/enroll/totp"))["secret"]!, out var secret));
        ada.Secret = TotpSecret.FromBytes(secret);
        (await client.PostAsync("/enroll/totp/confirm", new { code = ada.CurrentCode, name = "Phone" })).LeadsTo("save-recovery-codes");
        (await client.PostAsync("/enroll/recovery-codes/saved", new { })).LeadsTo("done");

        var id = await OnlyAuthenticatorAsync(client, "Phone");
        (await client.SendAsync(HttpMethod.Patch, $"/account/authenticators/{id}", new { name = "Tablet" })).IsDone();
        Assert.Equal(id, await OnlyAuthenticatorAsync(client, "Tablet"));

        (await client.DeleteAsync("/account/authenticators/nobodys")).Is(HttpStatusCode.NotFound, "no-such-item");
        (await client.DeleteAsync($"/account/authenticators/{id}")).IsDone();
        Assert.Empty((await client.GetAsync("/account/authenticators"))["authenticators"]!.AsArray());
        Assert.False((bool)(await client.GetAsync("/account/recovery-codes"))["hasSecondFactor"]!);

        using var next = new ApiClient(gateway.NewBrowser());
        (await next.SignInAsync(ada)).LeadsTo("done");
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_one_by_one_and_all_others_at_once()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var clients = new List<ApiClient>();
        for (var i = 0; i < 4; i++)
        {
            clients.Add(new ApiClient(gateway.NewBrowser()));
            await SignInAsync(clients[i], ada);
            gateway.Time.Advance(TimeSpan.FromSeconds(30));
        }

        var (first, second) = (clients[0], clients[1]);
        var listed = (await first.GetAsync("/account/sessions"))["sessions"]!.AsArray();
        Assert.Equal(4, listed.Count);
        var own = (string)(await first.GetAsync("/session"))["session"]!["id"]!;
        Assert.Equal(own, (string?)Assert.Single(listed, session => (bool)session!["current"]!)!["id"]);

        var doomed = (string)(await second.GetAsync("/session"))["session"]!["id"]!;
        (await first.DeleteAsync($"/account/sessions/{doomed}")).IsDone();
        (await second.GetAsync("/session")).Is(HttpStatusCode.Unauthorized, "sign-in-required");
        (await first.DeleteAsync($"/account/sessions/{doomed}")).Is(HttpStatusCode.NotFound, "no-such-item");

        using var copied = new ApiClient(first.Browser.Clone());
        (await first.PostAsync("/account/sessions/end-others")).IsDone();
        Assert.Single((await first.GetAsync("/account/sessions"))["sessions"]!.AsArray());
        foreach (var ended in new[] { clients[2], clients[3], copied })
            (await ended.GetAsync("/session")).Is(HttpStatusCode.Unauthorized, "sign-in-required");
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_pages_and_apps_too()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await SignInAsync(client, ada);
        using var thief = client.Browser.Clone();

        (await client.PostAsync("/sign-out")).IsDone();
        (await client.PostAsync("/sign-out")).IsDone();

        Assert.Equal("sign-in", (await client.GetAsync("/flow")).Next);
        Assert.Equal(HttpStatusCode.Found, (await client.Browser.GetAsync("/")).Status);
        Assert.Equal(HttpStatusCode.Found, (await thief.GetAsync("/")).Status);
    }

    [Fact]
    public async Task The_password_is_changed_after_the_current_one_and_other_sessions_end()
    {
        const string Wanted = "seven-Brass-trumpets-in-fog";
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await SignInAsync(client, ada);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        using var other = new ApiClient(gateway.NewBrowser());
        await SignInAsync(other, ada);

        var weak = (await client.PostAsync("/account/password", new { currentPassword = ada.Password, newPassword = "short" }))
            .Is(HttpStatusCode.BadRequest, "password-refused");
        Assert.Equal("newPassword", (string?)weak["errors"]![0]!["member"]);
        (await client.PostAsync("/account/password", new { currentPassword = "not this one", newPassword = Wanted }))
            .Is(HttpStatusCode.Unauthorized, "wrong-answer");
        (await client.PostAsync("/account/password", new { currentPassword = ada.Password, newPassword = Wanted })).IsDone();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/session")).Status);
        (await other.GetAsync("/session")).Is(HttpStatusCode.Unauthorized, "sign-in-required");
        using var late = new ApiClient(gateway.NewBrowser());
        (await late.SignInAsync(ada)).Is(HttpStatusCode.Unauthorized, "wrong-credentials");
        (await late.PostAsync("/sign-in", new { userName = "ada", password = Wanted })).LeadsTo("totp");
    }

    [Fact]
    public async Task A_browser_that_signed_in_by_JSON_is_known_and_can_be_forgotten()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await SignInAsync(client, ada);

        var known = Assert.Single((await client.GetAsync("/account/browsers"))["browsers"]!.AsArray())!;
        Assert.True((bool)known["current"]!);
        (await client.DeleteAsync($"/account/browsers/{(string)known["id"]!}")).IsDone();
        Assert.Empty((await client.GetAsync("/account/browsers"))["browsers"]!.AsArray());
    }

    [Fact]
    public async Task A_flow_that_was_begun_on_a_page_goes_on_by_JSON_and_the_other_way_round()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await ada.GivePasswordAsync(client.Browser, "/reports");
        var flow = await client.GetAsync("/flow");
        Assert.Equal(("totp", "/reports"), (flow.Next, (string?)flow["returnUrl"]));
        (await client.PostAsync("/challenge/totp", new { code = ada.CurrentCode })).LeadsTo("done");
        Assert.Equal("hello from upstream", (await client.Browser.GetAsync("/reports")).Body);

        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        using var other = new ApiClient(gateway.NewBrowser());
        await other.SignInAsync(ada, "/reports");
        var page = await other.Browser.GetAsync("/_mfa/challenge/totp?returnUrl=/reports");
        var answered = await other.Browser.SubmitAsync(page, ("code", ada.CurrentCode));
        Assert.Equal("/reports", answered.Location);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/session")).Status);
    }

    [Fact]
    public async Task An_answer_for_another_tabs_flow_is_not_looked_at()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        var first = (string?)(await client.SignInAsync(ada))["flow"];
        await client.SignInAsync(ada);

        var refused = (await client.PostAsync("/challenge/totp", new { code = ada.CurrentCode, flow = first })).Is(HttpStatusCode.Conflict, "other-flow");

        Assert.Equal("totp", refused.Next);
        (await client.PostAsync("/challenge/totp", new { code = ada.CurrentCode })).LeadsTo("done");
    }

    internal static async Task SignInAsync(ApiClient client, TestPerson person)
    {
        (await client.SignInAsync(person)).LeadsTo("totp");
        (await client.PostAsync("/challenge/totp", new { code = person.CurrentCode, rememberBrowser = true })).LeadsTo("done");
    }

    private static async Task<string> OnlyAuthenticatorAsync(ApiClient client, string name)
    {
        var one = Assert.Single((await client.GetAsync("/account/authenticators"))["authenticators"]!.AsArray())!;
        Assert.Equal(name, (string?)one["name"]);
        return (string)one["id"]!;
    }
}
