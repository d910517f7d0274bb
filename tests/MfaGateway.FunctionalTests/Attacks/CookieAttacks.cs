using System.Net;
using MfaGateway.Core.Storage;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Cookies planted, stolen, doubled, bent: none of it makes a session.</summary>
public sealed class CookieAttacks
{
    [Fact]
    public async Task A_session_planted_before_the_sign_in_is_not_the_session_after_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var attacker = gateway.NewBrowser();
        attacker.Cookies["mfa_session"] = SecretToken.New().Reveal();
        attacker.Cookies["mfa_flow"] = SecretToken.New().Reveal();
        using var victim = attacker.Clone();

        await ada.SignInAsync(victim);

        Assert.NotEqual(attacker.Cookies["mfa_session"], victim.Cookies["mfa_session"]);
        Assert.Equal(HttpStatusCode.Found, (await attacker.GetAsync("/")).Status);
    }

    [Fact]
    public async Task An_attackers_own_session_planted_on_a_victim_ends_when_the_victim_signs_in()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var mallory = await (await gateway.AddPersonAsync("mallory")).WithAuthenticatorAsync();
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        using var attacker = gateway.NewBrowser();
        await mallory.SignInAsync(attacker);
        using var victim = attacker.Clone();

        var signIn = await victim.GetAsync("/_mfa/sign-in?returnUrl=%2F");
        var password = await victim.SubmitAsync(signIn, ("username", "ada"), ("password", ada.Password));
        await victim.SubmitAsync(await victim.FollowAsync(password), ("code", ada.CurrentCode));

        await victim.GetAsync("/");
        Assert.Equal("ada", gateway.Upstream.Last.Headers["Remote-User"]);
        Assert.NotEqual(attacker.Cookies["mfa_session"], victim.Cookies["mfa_session"]);
        await attacker.GetAsync("/");
        Assert.DoesNotContain(gateway.Upstream.Requests.Skip(1), request => request.Headers["Remote-User"] == "mallory");
    }

    [Fact]
    public async Task The_session_before_a_step_up_is_dead_at_once_after_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("wiki", "/wiki/{**path}", "two-factor")
            .Route("vault", "/vault/{**path}", "vault")
            .With("MfaGateway:Policies:vault:MaxAge", "00:05:00"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser, "/wiki/");
        using var copy = browser.Clone();
        Assert.Equal(HttpStatusCode.OK, (await copy.GetAsync("/wiki/")).Status);

        gateway.Time.Advance(TimeSpan.FromMinutes(6));
        var password = await browser.OpenAsync("/vault/");
        var code = await browser.FollowAsync(await browser.SubmitAsync(password, ("password", ada.Password)));
        await browser.SubmitAsync(code, ("code", ada.CurrentCode));

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/vault/")).Status);
        Assert.Equal(HttpStatusCode.Found, (await copy.GetAsync("/wiki/")).Status);
    }

    [Fact]
    public async Task A_second_cookie_of_the_same_name_means_no_session()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser);
        var session = browser.Cookies["mfa_session"];
        browser.Cookies.Clear();

        foreach (var header in new[]
        {
            $"mfa_session={SecretToken.New().Reveal()}; mfa_session={session}",
            $"mfa_session={session}; mfa_session={SecretToken.New().Reveal()}",
            $"mfa_session={session}; a=b; mfa_session={session}",
            $"mfa_session=; mfa_session={session}",
        })
        {
            var answer = await browser.GetAsync("/", request => request.Headers.TryAddWithoutValidation("Cookie", header));
            Assert.Equal(HttpStatusCode.Found, answer.Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/", request => request.Headers.Add("Cookie", $"mfa_session={session}"))).Status);
    }

    [Fact]
    public async Task A_bent_session_cookie_is_no_session_and_no_fault()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser);
        var session = browser.Cookies["mfa_session"];
        var lastWithOtherUnusedBits = session[..^1] + (char)(session[^1] + 1);

        foreach (var bent in new[]
        {
            "", "x", session[..^1], session + "A", session + "=", session.ToUpperInvariant(), lastWithOtherUnusedBits, "\"" + session + "\"",
            " " + session + "x", session.Replace('_', '/').Replace('-', '+') + "!", new string('A', 43), new string('A', 8000), "%00", "../../etc",
        })
        {
            browser.Cookies["mfa_session"] = bent;
            Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/")).Status);
        }
    }

    [Fact]
    public async Task A_bent_or_foreign_flow_cookie_gets_nobody_past_the_password()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        var mallory = await (await gateway.AddPersonAsync("mallory")).WithAuthenticatorAsync();
        using var adas = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(adas);
        using var mallorys = gateway.NewBrowser();
        await mallory.GivePasswordAsync(mallorys);

        // Mallory's own code does not answer Ada's challenge, and Ada's does not answer Mallory's.
        var crossed = adas.Clone();
        Assert.Equal(HttpStatusCode.Unauthorized, (await crossed.SubmitAsync(asked, ("code", mallory.CurrentCode))).Status);

        crossed.Cookies["mfa_flow"] = mallorys.Cookies["mfa_flow"];
        var answered = await crossed.SubmitAsync(asked, ("code", ada.CurrentCode));
        Assert.DoesNotContain("mfa_session", crossed.Cookies.Keys);
        Assert.NotEqual(HttpStatusCode.InternalServerError, answered.Status);

        foreach (var bent in new[] { "", "x", adas.Cookies["mfa_flow"][..^1] + "_", SecretToken.New().Reveal() })
        {
            crossed.Cookies["mfa_flow"] = bent;
            answered = await crossed.SubmitAsync(asked, ("code", ada.CurrentCode));
            Assert.StartsWith("/_mfa/sign-in", answered.Location, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("mfa_session", crossed.Cookies.Keys);
        crossed.Dispose();
    }

    [Fact]
    public async Task A_session_cookie_is_no_flow_and_a_flow_cookie_is_no_session()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser);

        browser.Cookies["mfa_session"] = browser.Cookies["mfa_flow"];

        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/")).Status);
    }

    [Fact]
    public async Task Plain_names_count_for_nothing_over_https()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Https = true);
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser);

        browser.Cookies["mfa_session"] = browser.Cookies["__Host-mfa_session"];
        browser.Cookies.Remove("__Host-mfa_session");

        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/")).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("example.org")]
    public async Task A_session_cookie_of_either_setting_never_reaches_an_app(string? cookieDomain)
    {
        // A browser keeps the cookie from before the setting changed, and its value may still be a live session.
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("public", "/{**path}", "Anonymous").With("MfaGateway:Session:CookieDomain", cookieDomain));
        using var browser = gateway.NewBrowser();
        browser.Cookies["__Host-mfa_session"] = SecretToken.New().Reveal();
        browser.Cookies["__Secure-mfa_session"] = SecretToken.New().Reveal();
        browser.Cookies["theme"] = "dark";

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).Status);

        Assert.Equal("theme=dark", gateway.Upstream.Last.Headers["Cookie"]);
    }
}
