using MfaGateway.Core.Accounts;
using MfaGateway.Core.Mail;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.FunctionalTests.Verifiers;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;
using Xunit;

namespace MfaGateway.FunctionalTests.Mail;

/// <summary>Mail goes through a program of this machine, where the mail server speaks what ours does not.</summary>
public sealed class SendmailTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task A_server_with_tls_from_the_first_byte_is_reached_by_msmtp()
    {
        var msmtp = ExternalProgram.Require("msmtp", "/usr/bin/msmtp");
        await using var server = await MailServer.StartAsync("Tls");
        _program.Write("msmtprc", $"""
            account default
            host localhost
            port {server.Port}
            tls on
            tls_starttls off
            tls_trust_file {server.TrustFile}
            auth plain
            user {MailServer.User}
            password {MailServer.Password}
            """);
        MakePrivate("msmtprc");
        await using var gateway = await StartAsync($"exec {msmtp} -C {_program.PathOf("msmtprc")} \"$@\"");

        await TellAsync(gateway, "ada@example.org", "Zoë\u2003Li");

        var kept = await server.NextAsync("mail");
        Assert.True(kept.GetProperty("tls").GetBoolean());
        Assert.Equal("no-reply@apps.example.org", kept.GetProperty("sender").GetString());
        var mail = Assert.Single(await server.MailsAsync());
        Assert.Equal(("Zoë\u2003Li", "ada@example.org"), (mail.ToName, mail.ToAddress));
    }

    [Theory]
    [InlineData(67, MailFault.RecipientRefused, false)] // EX_NOUSER
    [InlineData(68, MailFault.RecipientRefused, false)] // EX_NOHOST
    [InlineData(75, MailFault.ServerRefused, true)] // EX_TEMPFAIL
    [InlineData(77, MailFault.SignInRefused, true)] // EX_NOPERM
    public async Task Its_exit_code_says_whether_to_try_again(int exitCode, MailFault fault, bool triedAgain)
    {
        using var logs = new CapturedLogs();
        await using var gateway = await StartAsync($"cat >/dev/null; echo \"cannot send to $5\" >&2; exit {exitCode}", logs);

        await TellAsync(gateway, "ada@example.org");

        var failed = await FailedAsync(gateway);
        Assert.Equal((fault, exitCode, triedAgain), (failed.Failure!.Fault, failed.Failure.Status!.Value, failed.NextAttemptAt is not null));
        await Eventually.IsAsync(() => Task.FromResult(logs.Lines.Any(line => line.Contains("cannot send to <recipient>", StringComparison.Ordinal))));
        Assert.DoesNotContain(logs.Lines, line => line.Contains("ada@example.org", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_that_hangs_is_ended_with_all_that_it_started()
    {
        await using var gateway = await StartAsync($"echo $$ >{_program.PathOf("pid")}; sleep 600 & wait", logs: null, ("MfaGateway:Mail:Sendmail:Timeout", "00:00:01"));

        await TellAsync(gateway, "ada@example.org");

        Assert.Equal(MailFault.TimedOut, (await FailedAsync(gateway)).Failure!.Fault);
        var pid = (await File.ReadAllTextAsync(_program.PathOf("pid"), Cancellation)).Trim();
        await Eventually.IsAsync(() => Task.FromResult(!Directory.Exists($"/proc/{pid}")));
    }

    [Fact]
    public async Task A_program_that_ends_without_reading_loses_no_mail()
    {
        await using var gateway = await StartAsync("exit 75");

        await TellAsync(gateway, "ada@example.org");

        Assert.NotNull((await FailedAsync(gateway)).NextAttemptAt);
    }

    private Task<GatewayUnderTest> StartAsync(string script, CapturedLogs? logs = null, params (string Key, string Value)[] settings)
    {
        _program.WriteScript("sendmail", script);
        return GatewayUnderTest.StartAsync(setup =>
        {
            setup.Logs = logs;
            setup.With("MfaGateway:PublicOrigin", "https://apps.example.org")
                .With("MfaGateway:Mail:Provider", "Sendmail")
                .With("MfaGateway:Mail:Sendmail:Path", _program.PathOf("sendmail"));
            foreach (var (key, value) in settings)
                setup.With(key, value);
        });
    }

    private void MakePrivate(string file)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_program.PathOf(file), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static Task TellAsync(GatewayUnderTest gateway, string address, string name = "Ada") => gateway.Get<Notices>().TellAsync(
        new(NoticeKind.PasswordChanged, NewAccount(address, name), gateway.Time.GetUtcNow(), "192.0.2.7"), Cancellation);

    private static Account NewAccount(string address, string name) => new(
        "0123456789abcdef0123456789abcdef", "ada", address, name, [], false, DateTimeOffset.UnixEpoch, null);

    private static async Task<FailedMail> FailedAsync(GatewayUnderTest gateway)
    {
        var failed = gateway.Get<MailOutbox>();
        await Eventually.IsAsync(async () => (await failed.ListAsync(null, 1, Cancellation)).Count > 0);
        return (await failed.ListAsync(null, 1, Cancellation))[0];
    }
}
