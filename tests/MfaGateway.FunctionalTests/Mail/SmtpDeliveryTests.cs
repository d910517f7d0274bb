using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Mail;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;
using Xunit;

namespace MfaGateway.FunctionalTests.Mail;

/// <summary>Mail goes to a real mail server, however that server behaves.</summary>
public sealed class SmtpDeliveryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_arrives_as_it_was_meant_from_who_may_send()
    {
        await using var server = await MailServer.StartAsync();
        await using var gateway = await StartAsync(server);

        await TellAsync(gateway, "ada@example.org", "Jörg \"山田\" Müller");

        var kept = await server.NextAsync("mail");
        Assert.Equal(MailServer.User, kept.GetProperty("user").GetString());
        Assert.Equal("no-reply@apps.example.org", kept.GetProperty("sender").GetString());
        Assert.Equal(["ada@example.org"], kept.GetProperty("recipients").EnumerateArray().Select(one => one.GetString()));
        var mail = Assert.Single(await server.MailsAsync());
        Assert.Equal(("Jörg \"山田\" Müller", "ada@example.org"), (mail.ToName, mail.ToAddress));
        Assert.Equal(("Zeiß & Söhne, 光学", "no-reply@apps.example.org"), (mail.FromName, mail.FromAddress));
        Assert.Equal("The password of your account at Zeiß & Söhne, 光学 was changed", mail.Subject);
        Assert.Contains("was changed, and your other sessions were ended", mail.Sentences, StringComparison.Ordinal);
        Assert.Equal("auto-generated", mail.Field("Auto-Submitted"));
        Assert.Matches(@"\A<[0-9a-f]{32}@apps\.example\.org>\z", mail.MessageId);
        await Eventually.IsAsync(async () => await CountAsync(gateway) == new UndeliveredMail(0, 0));
    }

    [Theory]
    [InlineData(null, "apps.example.org")]
    [InlineData("relay.example.net", "relay.example.net")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("192.0.2.7", "[192.0.2.7]")]
    [InlineData("2001:db8::7", "[IPv6:2001:db8::7]")]
    public async Task The_server_is_greeted_by_the_host_of_the_site_or_by_the_name_that_is_set(string? name, string greeting)
    {
        await using var server = await MailServer.StartAsync();
        await using var gateway = name is null ? await StartAsync(server) : await StartAsync(server, ("MfaGateway:Mail:Smtp:ClientName", name));

        await TellAsync(gateway, "ada@example.org");

        Assert.Equal(greeting, (await server.NextAsync("ehlo")).GetProperty("name").GetString());
        Assert.NotEqual(Environment.MachineName, greeting);
    }

    [Fact]
    public async Task While_the_server_is_down_all_mails_wait_and_then_all_arrive()
    {
        var port = await FreePortAsync();
        await using var gateway = await StartAsync(port);
        foreach (var name in (string[])["ada", "bob", "carol"])
            await TellAsync(gateway, $"{name}@example.org");

        var failed = await FirstFailedAsync(gateway);
        Assert.Equal(MailFault.Unreachable, failed.Failure!.Fault);
        Assert.Equal(new UndeliveredMail(3, 0), await CountAsync(gateway));

        await using var server = await MailServer.StartAsync(port: port);
        gateway.Time.Advance(TimeSpan.FromMinutes(1));
        gateway.Get<MailSignal>().Raise();
        await Eventually.IsAsync(async () => await CountAsync(gateway) == new UndeliveredMail(0, 0));
        Assert.Equal(["ada@example.org", "bob@example.org", "carol@example.org"], (await server.MailsAsync()).Select(mail => mail.ToAddress).Order());
    }

    [Fact]
    public async Task A_way_out_that_is_down_is_left_alone_and_what_waits_uses_up_no_attempts()
    {
        await using var gateway = await StartAsync(await FreePortAsync());
        await TellAsync(gateway, "ada@example.org");
        await FirstFailedAsync(gateway); // tried thrice in one go, so that the way out rests

        await TellAsync(gateway, "bob@example.org");
        gateway.Time.Advance(TimeSpan.FromSeconds(10));
        await TellAsync(gateway, "carol@example.org");
        gateway.Get<MailSignal>().Raise();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CountAsync(gateway)));

        Assert.Single(await ListAsync(gateway));
        Assert.Equal(new UndeliveredMail(3, 0), await CountAsync(gateway));
    }

    [Fact]
    public async Task A_server_that_takes_too_long_is_left_and_asked_again_later()
    {
        await using var server = await MailServer.StartAsync();
        await server.BehaveAsync(new { silent = true });
        await using var gateway = await StartAsync(server, ("MfaGateway:Mail:Smtp:Timeout", "00:00:01"));

        await TellAsync(gateway, "ada@example.org");
        await server.NextAsync("silent");
        Assert.Equal(MailFault.TimedOut, (await FirstFailedAsync(gateway)).Failure!.Fault);

        await server.BehaveAsync(new { });
        gateway.Time.Advance(DeliverySchedule.WaitAfter(1)!.Value);
        gateway.Get<MailSignal>().Raise();
        Assert.Equal("ada@example.org", (await server.NextMailAsync()).ToAddress);
    }

    [Fact]
    public async Task Nobody_waits_for_a_slow_server_but_the_mail()
    {
        await using var server = await MailServer.StartAsync();
        await server.BehaveAsync(new { silent = true });
        await using var gateway = await StartAsync(server);
        await TellAsync(gateway, "ada@example.org");
        await server.NextAsync("silent");

        await TellAsync(gateway, "bob@example.org");

        Assert.Equal(new UndeliveredMail(2, 0), await CountAsync(gateway));
    }

    [Theory]
    [InlineData("550 5.1.1 <bob@example.org>: no such user")]
    [InlineData("550 No such user here")]
    [InlineData("552 5.2.2 Mailbox full")]
    public async Task A_recipient_that_the_server_refuses_for_good_stops_nobody_else(string answer)
    {
        await using var server = await MailServer.StartAsync();
        await server.BehaveAsync(new { refuse = new Dictionary<string, string> { ["bob@example.org"] = answer } });
        using var logs = new CapturedLogs();
        await using var gateway = await StartAsync(server, logs);

        foreach (var name in (string[])["ada", "bob", "carol"])
            await TellAsync(gateway, $"{name}@example.org");

        await Eventually.IsAsync(async () => await CountAsync(gateway) == new UndeliveredMail(0, 1));
        Assert.Equal(["ada@example.org", "carol@example.org"], (await server.MailsAsync()).Select(mail => mail.ToAddress).Order());
        var failed = Assert.Single(await ListAsync(gateway));
        Assert.Equal((MailFault.RecipientRefused, int.Parse(answer[..3], null)), (failed.Failure!.Fault, failed.Failure.Status));
        Assert.Null(failed.NextAttemptAt);
        Assert.DoesNotContain("bob@example.org", string.Join("\n", logs.Lines), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("450 4.2.0 Greylisted, come again", MailFault.RecipientRefused)]
    [InlineData("554 5.7.1 <bob@example.org>: Relay access denied", MailFault.ServerRefused)]
    [InlineData("550 5.7.1 Relaying denied", MailFault.SignInRefused)]
    [InlineData("550 relay not permitted", MailFault.SignInRefused)]
    public async Task A_recipient_that_is_refused_for_now_or_for_our_sake_is_tried_again(string answer, MailFault fault)
    {
        await using var server = await MailServer.StartAsync();
        await server.BehaveAsync(new { refuse = new Dictionary<string, string> { ["bob@example.org"] = answer } });
        await using var gateway = await StartAsync(server);

        await TellAsync(gateway, "bob@example.org");
        Assert.Equal(fault, (await FirstFailedAsync(gateway)).Failure!.Fault);
        await TellAsync(gateway, "carol@example.org");
        Assert.Equal("carol@example.org", (await server.NextMailAsync()).ToAddress);

        await server.BehaveAsync(new { });
        gateway.Time.Advance(DeliverySchedule.WaitAfter(1)!.Value);
        gateway.Get<MailSignal>().Raise();
        Assert.Equal("bob@example.org", (await server.NextMailAsync()).ToAddress);
        await Eventually.IsAsync(async () => await CountAsync(gateway) == new UndeliveredMail(0, 0));
    }

    [Theory]
    [InlineData("mail", "553 5.7.1 You may not send as that")]
    [InlineData("data", "554 5.7.1 This looks like spam")]
    [InlineData("data", "451 4.3.0 Try again later")]
    public async Task A_server_that_refuses_the_mail_itself_is_asked_again(string when, string answer)
    {
        await using var server = await MailServer.StartAsync();
        await server.BehaveAsync(new Dictionary<string, string> { [when] = answer });
        await using var gateway = await StartAsync(server);

        await TellAsync(gateway, "ada@example.org");

        var failed = await FirstFailedAsync(gateway);
        Assert.Equal((MailFault.ServerRefused, int.Parse(answer[..3], null)), (failed.Failure!.Fault, failed.Failure.Status));
        Assert.NotNull(failed.NextAttemptAt);
    }

    [Fact]
    public async Task A_password_that_the_server_does_not_take_loses_no_mail()
    {
        await using var server = await MailServer.StartAsync();
        using var logs = new CapturedLogs();
        await using var gateway = await StartAsync(server, logs, ("MfaGateway:Mail:Smtp:Password", "another one"));

        await TellAsync(gateway, "ada@example.org");

        Assert.False((await server.NextAsync("auth")).GetProperty("right").GetBoolean());
        Assert.Equal(MailFault.SignInRefused, (await FirstFailedAsync(gateway)).Failure!.Fault);
        Assert.Equal(new UndeliveredMail(1, 0), await CountAsync(gateway));
        Assert.Empty(await server.MailsAsync());
        Assert.DoesNotContain("another one", string.Join("\n", logs.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("before", 1)]
    [InlineData("after", 2)]
    public async Task A_connection_that_breaks_in_the_middle_loses_no_mail_and_what_comes_twice_is_known_as_one(string when, int copies)
    {
        await using var server = await MailServer.StartAsync();
        await server.BehaveAsync(new { drop = when });
        await using var gateway = await StartAsync(server);

        await TellAsync(gateway, "ada@example.org");
        await server.NextAsync("dropped");
        Assert.Equal(MailFault.ConnectionLost, (await FirstFailedAsync(gateway)).Failure!.Fault);

        await server.BehaveAsync(new { });
        gateway.Time.Advance(DeliverySchedule.WaitAfter(1)!.Value);
        gateway.Get<MailSignal>().Raise();
        await Eventually.IsAsync(async () => await CountAsync(gateway) == new UndeliveredMail(0, 0));
        var kept = await server.MailsAsync();
        Assert.Equal(copies, kept.Count);
        Assert.Single(kept.Select(mail => mail.MessageId).Distinct());
    }

    [Fact]
    public async Task A_server_without_encryption_gets_nothing_where_encryption_is_asked_for()
    {
        await using var server = await MailServer.StartAsync();
        await using var gateway = await StartAsync(server, ("MfaGateway:Mail:Smtp:Security", "StartTls"));

        await TellAsync(gateway, "ada@example.org");

        Assert.Equal(MailFault.NotEncrypted, (await FirstFailedAsync(gateway)).Failure!.Fault);
        Assert.Empty(await server.MailsAsync());
    }

    [Fact]
    public async Task A_code_that_ended_while_the_server_was_down_is_dropped_and_never_sent()
    {
        var port = await FreePortAsync();
        await using var gateway = await StartAsync(port);
        var now = gateway.Time.GetUtcNow();
        var request = MailRequest.For(NewAccount("ada@example.org", "Ada"), now, new ClientContext("192.0.2.7", string.Empty));
        await gateway.Get<MailOutbox>().EnqueueAsync(
            [gateway.Get<Mails>().MagicCode(request, "123456", link: null, 1, 3, now.AddMinutes(10))], Cancellation);
        await TellAsync(gateway, "bob@example.org");
        await FirstFailedAsync(gateway);

        await using var server = await MailServer.StartAsync(port: port);
        gateway.Time.Advance(TimeSpan.FromMinutes(10));
        gateway.Get<MailSignal>().Raise();
        await Eventually.IsAsync(async () => await CountAsync(gateway) == new UndeliveredMail(0, 1));

        Assert.Equal("bob@example.org", Assert.Single(await server.MailsAsync()).ToAddress);
        Assert.Equal(MailFault.Expired, Assert.Single(await ListAsync(gateway)).Failure!.Fault);
    }

    [Fact]
    public async Task A_code_does_not_wait_behind_notices()
    {
        await using var server = await MailServer.StartAsync();
        await server.BehaveAsync(new { silent = true });
        await using var gateway = await StartAsync(server, ("MfaGateway:Mail:Smtp:Timeout", "00:00:03"));
        var now = gateway.Time.GetUtcNow();
        await TellAsync(gateway, "first@example.org");
        await server.NextAsync("silent");
        foreach (var number in Enumerable.Range(0, 5))
            await TellAsync(gateway, $"person{number}@example.org");
        var request = MailRequest.For(NewAccount("ada@example.org", "Ada"), now, new ClientContext("192.0.2.7", string.Empty));
        await gateway.Get<MailOutbox>().EnqueueAsync(
            [gateway.Get<Mails>().MagicCode(request, "123456", link: null, 1, 3, now.AddMinutes(10))], Cancellation);
        await server.BehaveAsync(new { });

        var mail = await server.NextMailAsync();
        Assert.Equal("ada@example.org", mail.ToAddress);
        Assert.Contains("123456", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("123456", mail.Subject, StringComparison.Ordinal);
    }

    private static Task<GatewayUnderTest> StartAsync(MailServer server, params (string Key, string Value)[] settings) =>
        StartAsync(server.Port, logs: null, settings);

    private static Task<GatewayUnderTest> StartAsync(MailServer server, CapturedLogs logs, params (string Key, string Value)[] settings) =>
        StartAsync(server.Port, logs, settings);

    private static Task<GatewayUnderTest> StartAsync(int port, CapturedLogs? logs = null, params (string Key, string Value)[] settings) =>
        GatewayUnderTest.StartAsync(setup =>
        {
            setup.Logs = logs;
            setup.With("MfaGateway:PublicOrigin", "https://apps.example.org")
                .With("MfaGateway:SiteName", "Zeiß & Söhne, 光学")
                .With("MfaGateway:Mail:Provider", "Smtp")
                .With("MfaGateway:Mail:Smtp:Host", "localhost")
                .With("MfaGateway:Mail:Smtp:Port", $"{port}")
                .With("MfaGateway:Mail:Smtp:Security", "None")
                .With("MfaGateway:Mail:Smtp:User", MailServer.User)
                .With("MfaGateway:Mail:Smtp:Password", MailServer.Password)
                .With("MfaGateway:Mail:Smtp:AllowUnencryptedSignIn", "true");
            foreach (var (key, value) in settings)
                setup.With(key, value);
        });

    private static async Task<int> FreePortAsync()
    {
        await using var server = await MailServer.StartAsync();
        return server.Port;
    }

    private static Task TellAsync(GatewayUnderTest gateway, string address, string name = "Ada") => gateway.Get<Notices>().TellAsync(
        new(NoticeKind.PasswordChanged, NewAccount(address, name), gateway.Time.GetUtcNow(), "192.0.2.7"), Cancellation);

    private static Account NewAccount(string address, string name) => new(
        "0123456789abcdef0123456789abcdef", "ada", address, name, [], false, DateTimeOffset.UnixEpoch, null);

    private static async Task<FailedMail> FirstFailedAsync(GatewayUnderTest gateway)
    {
        await Eventually.IsAsync(async () => (await ListAsync(gateway)).Count > 0);
        return (await ListAsync(gateway))[0];
    }

    private static Task<IReadOnlyList<FailedMail>> ListAsync(GatewayUnderTest gateway) => gateway.Get<MailOutbox>().ListAsync(null, 100, Cancellation);

    private static Task<UndeliveredMail> CountAsync(GatewayUnderTest gateway) => gateway.Get<MailOutbox>().CountUndeliveredAsync(Cancellation);
}
