using System.Net;
using System.Text.Json;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Mail;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;
using Xunit;

namespace MfaGateway.FunctionalTests.Mail;

/// <summary>What could not be delivered, as administrators and those who watch gateways see it.</summary>
public sealed class UndeliveredMailTests
{
    private const string Page = "/_mfa/admin/mail";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_administrator_sees_to_whom_what_and_why_and_never_what_it_says()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var office = await SignInAsync(gateway);
        Assert.Contains("Nothing has failed", (await office.GetAsync(Page)).Body, StringComparison.Ordinal);
        await BlockAsync(gateway);
        var now = gateway.Time.GetUtcNow();
        var account = (await gateway.Get<AccountStore>().FindAsync(ada.AccountId, Cancellation))!;
        var request = MailRequest.For(account, now, Actor.Command);
        await gateway.Get<MailOutbox>().EnqueueAsync(
            [gateway.Get<Mails>().MagicCode(request, "907142", "https://apps.example.org/_mfa/link?token=secret", 1, 3, now.AddMinutes(10))], Cancellation);
        gateway.Get<MailSignal>().Raise();
        await Eventually.IsAsync(async () => (await ListAsync(gateway)).Count == 1);

        var seen = await office.GetAsync(Page);
        var row = seen.Text("mails")!;
        Assert.Contains("ada", row, StringComparison.Ordinal);
        Assert.Contains("Code to sign in with", row, StringComparison.Ordinal);
        Assert.Contains("The mail server can't be reached", row, StringComparison.Ordinal);
        Assert.Contains("1 attempt", row, StringComparison.Ordinal);
        Assert.DoesNotContain("907142", seen.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("token=secret", seen.Body, StringComparison.Ordinal);
        var start = await office.GetAsync("/_mfa/admin");
        Assert.Equal(Page, start.Page.QuerySelector("#mail a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task All_are_tried_again_at_the_press_of_a_button_and_that_is_recorded()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var office = await SignInAsync(gateway);
        await BlockAsync(gateway);
        await TellAsync(gateway);
        // Until the next attempt is further away than a mail may be in somebody's hands.
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await Eventually.IsAsync(async () => (await ListAsync(gateway)) is [{ } failed] && failed.Attempts == attempt && failed.Failure!.At == gateway.Time.GetUtcNow());
            if (attempt < 4)
                gateway.Time.Advance(DeliverySchedule.WaitAfter(attempt)!.Value);
            gateway.Get<MailSignal>().Raise();
        }

        File.Delete(gateway.Mail.Path);
        var page = await office.GetAsync(Page);
        var pressed = await office.FollowAsync(await office.SubmitAsync(page));

        Assert.Contains("tried again now", pressed.Text("notice"), StringComparison.Ordinal);
        await gateway.Mail.NextAsync("ada@example.org");
        Assert.Contains("Had undelivered mails tried again", (await office.GetAsync("/_mfa/admin/audit?event=mail&by=root")).Text("entries"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_said_to_be_tried_again_where_nothing_waits_for_long()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var office = await SignInAsync(gateway);
        await BlockAsync(gateway);
        await TellAsync(gateway);
        await Eventually.IsAsync(async () => (await ListAsync(gateway)).Count == 1);

        var pressed = await office.FollowAsync(await office.SubmitAsync(await office.GetAsync(Page)));

        Assert.Contains("within minutes anyway", pressed.Text("notice"), StringComparison.Ordinal);
        Assert.Contains("Nothing.", (await office.GetAsync("/_mfa/admin/audit?event=mail")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_are_shown_page_by_page_and_a_place_that_is_none_is_the_beginning()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        using var office = await SignInAsync(gateway);
        var outbox = gateway.Get<MailOutbox>();
        foreach (var number in Enumerable.Range(0, 60))
            await outbox.EnqueueAsync([NewMail(gateway, number)], Cancellation);
        while (await outbox.DropLateAsync(gateway.Time.GetUtcNow(), Cancellation) > 0)
        {
        }

        await Eventually.IsAsync(async () => (await ListAsync(gateway)).Count == 60);
        var first = await office.GetAsync(Page);
        var second = await office.GetAsync(first.Page.QuerySelector("a[rel=next]")!.GetAttribute("href")!);

        Assert.Equal(50, first.Page.QuerySelectorAll("#mails tbody tr").Length);
        Assert.Equal(10, second.Page.QuerySelectorAll("#mails tbody tr").Length);
        Assert.Contains("A person without an account", second.Text("mails"), StringComparison.Ordinal);
        Assert.Null(second.Page.QuerySelector("a[rel=next]"));
        foreach (var nowhere in (string[])["x", "-", "1-2", "99999999999999999-0123456789abcdef0123456789abcdef", "%22%3E%3Cb%3E"])
            Assert.Equal(50, (await office.GetAsync($"{Page}?after={nowhere}")).Page.QuerySelectorAll("#mails tbody tr").Length);
    }

    [Fact]
    public async Task Health_tells_that_mail_does_not_get_out_and_nothing_else_and_stays_ready()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        Assert.Equal(("ok", "ok"), await HealthAsync(gateway));
        await BlockAsync(gateway);
        await TellAsync(gateway);
        await Eventually.IsAsync(async () => (await ListAsync(gateway)).Count > 0);

        await Eventually.IsAsync(async () => await HealthAsync(gateway) == ("degraded", "degraded"));
        using var browser = gateway.NewBrowser();
        var report = await browser.GetAsync("/_mfa/health/ready");
        Assert.Equal(HttpStatusCode.OK, report.Status);
        Assert.Equal("""{"status":"degraded","store":"ok","clock":"ok","keys":"ok","mail":"degraded"}""", report.Body);

        File.Delete(gateway.Mail.Path);
        gateway.Time.Advance(TimeSpan.FromMinutes(1));
        gateway.Get<MailSignal>().Raise();
        await gateway.Mail.NextAsync("ada@example.org");
        await Eventually.IsAsync(async () => await HealthAsync(gateway) == ("ok", "ok"));
    }

    [Fact]
    public async Task A_way_out_that_is_given_a_rest_shows_in_the_report_and_a_mailbox_that_is_not_there_does_not()
    {
        await using var server = await MailServer.StartAsync(wantsSignIn: false);
        await server.BehaveAsync(new { refuse = new Dictionary<string, string> { ["ada@example.org"] = "550 5.1.1 No such user" } });
        await using var gateway = await StartAsync(
            ("MfaGateway:PublicOrigin", "https://apps.example.org"), ("MfaGateway:Mail:Provider", "Smtp"), ("MfaGateway:Mail:Smtp:Host", "localhost"),
            ("MfaGateway:Mail:Smtp:Port", $"{server.Port}"), ("MfaGateway:Mail:Smtp:Security", "None"));
        await gateway.AddPersonAsync();
        await TellAsync(gateway);
        await Eventually.IsAsync(async () => (await ListAsync(gateway)).Count > 0);
        Assert.Equal(("ok", "ok"), await HealthAsync(gateway));

        await server.BehaveAsync(new Dictionary<string, string> { ["mail"] = "421 4.3.2 Not now" });
        for (var number = 0; number < 3; number++)
            await TellAsync(gateway);
        await Eventually.IsAsync(async () => await HealthAsync(gateway) == ("degraded", "degraded"));
    }

    [Fact]
    public void Every_kind_of_mail_and_every_fault_has_words()
    {
        Assert.Equal(Enum.GetNames<NoticeKind>().Order(StringComparer.Ordinal), MailSentences.KnownKinds.Order(StringComparer.Ordinal));
        Assert.Single(Enum.GetValues<MailFault>(), fault => MailSentences.Describe(fault) == MailSentences.Describe(MailFault.Other));
    }

    private static Task<GatewayUnderTest> StartAsync(params (string Key, string Value)[] settings) => GatewayUnderTest.StartAsync(setup =>
    {
        setup.Route("app", "/{**path}", "one-factor");
        foreach (var (key, value) in settings)
            setup.With(key, value);
    });

    private static async Task<Browser> SignInAsync(GatewayUnderTest gateway)
    {
        var root = await (await gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        var office = gateway.NewBrowser();
        await root.SignInAsync(office, "/_mfa/admin");
        return office;
    }

    /// <summary>A file where the pickup directory would be.</summary>
    private static async Task BlockAsync(GatewayUnderTest gateway)
    {
        if (Directory.Exists(gateway.Mail.Path))
            Directory.Delete(gateway.Mail.Path, recursive: true);
        await File.WriteAllTextAsync(gateway.Mail.Path, "in the way", Cancellation);
    }

    private static async Task TellAsync(GatewayUnderTest gateway)
    {
        var ada = (await gateway.Get<AccountStore>().FindByUserNameAsync("ada", Cancellation))!;
        await gateway.Get<Notices>().TellAsync(new(NoticeKind.PasswordChanged, ada, gateway.Time.GetUtcNow(), "192.0.2.7"), Cancellation);
    }

    // Too late already: given up at the next look.
    private static OutboxMail NewMail(GatewayUnderTest gateway, int number)
    {
        var at = gateway.Time.GetUtcNow().AddMinutes(-number);
        return gateway.Get<Mails>().PasswordReset(
            new("0123456789abcdef0123456789abcdef", "ada@example.org", "ada", "Ada", at, null), "https://apps.example.org/x", at.AddSeconds(-1));
    }

    private static Task<IReadOnlyList<FailedMail>> ListAsync(GatewayUnderTest gateway) => gateway.Get<MailOutbox>().ListAsync(null, 100, Cancellation);

    private static async Task<(string? Status, string? Mail)> HealthAsync(GatewayUnderTest gateway)
    {
        using var browser = gateway.NewBrowser();
        var report = JsonDocument.Parse((await browser.GetAsync("/_mfa/health/ready")).Body).RootElement;
        return (report.GetProperty("status").GetString(), report.GetProperty("mail").GetString());
    }
}
