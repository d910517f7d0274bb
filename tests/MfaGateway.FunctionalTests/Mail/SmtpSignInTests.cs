using MfaGateway.Core.Accounts;
using MfaGateway.Core.Mail;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;
using Xunit;

namespace MfaGateway.FunctionalTests.Mail;

/// <summary>By which mechanisms the gateway signs in to a mail server, and what a refusal does to the mail.</summary>
public sealed class SmtpSignInTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("smtp-sign-in-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string TokenFile => Path.Combine(_directory.FullName, "token");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task A_password_is_given_by_the_mechanism_that_the_server_has(string mechanism)
    {
        await using var server = await MailServer.StartAsync(mechanisms: [mechanism]);
        await using var gateway = await StartAsync(server, ("Password", MailServer.Password));

        await TellAsync(gateway);

        Assert.Equal(mechanism, (await server.NextAsync("auth")).GetProperty("mechanism").GetString());
        Assert.Equal(MailServer.User, (await server.NextAsync("mail")).GetProperty("user").GetString());
    }

    [Fact]
    public async Task A_token_is_read_again_at_each_sign_in()
    {
        await File.WriteAllTextAsync(TokenFile, "an-expired-one\n", Cancellation);
        await using var server = await MailServer.StartAsync(mechanisms: ["LOGIN", "PLAIN", "XOAUTH2"]);
        using var logs = new CapturedLogs();
        await using var gateway = await StartAsync(server, logs, ("AccessTokenFile", TokenFile));

        await TellAsync(gateway);
        var refused = await server.NextAsync("auth");
        Assert.Equal((false, "XOAUTH2"), (refused.GetProperty("right").GetBoolean(), refused.GetProperty("mechanism").GetString()));
        Assert.Equal((MailFault.SignInRefused, 535), await FirstFailureAsync(gateway));

        await File.WriteAllTextAsync(TokenFile, MailServer.Token + "\n", Cancellation);
        gateway.Time.Advance(DeliverySchedule.WaitAfter(1)!.Value);
        gateway.Get<MailSignal>().Raise();
        Assert.Equal(MailServer.User, (await server.NextAsync("mail")).GetProperty("user").GetString());
        Assert.DoesNotContain("an-expired-one", string.Join("\n", logs.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("one\ntwo\n")]
    [InlineData("one two")]
    public async Task A_token_that_is_none_is_never_sent_and_loses_no_mail(string? content)
    {
        if (content is not null)
            await File.WriteAllTextAsync(TokenFile, content, Cancellation);
        await using var server = await MailServer.StartAsync(mechanisms: ["XOAUTH2"]);
        await using var gateway = await StartAsync(server, ("AccessTokenFile", TokenFile));

        await TellAsync(gateway);

        Assert.Equal((MailFault.SignInRefused, null), await FirstFailureAsync(gateway));
        Assert.Equal(new UndeliveredMail(1, 0), await gateway.Get<MailOutbox>().CountUndeliveredAsync(Cancellation));
        Assert.DoesNotContain(await server.SeenAsync(), line => line.Contains("auth", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_without_a_mechanism_for_passwords_gets_neither_password_nor_mail()
    {
        await using var server = await MailServer.StartAsync(wantsSignIn: false, mechanisms: ["XOAUTH2"]);
        await using var gateway = await StartAsync(server, ("Password", MailServer.Password));

        await TellAsync(gateway);

        Assert.Equal((MailFault.SignInRefused, null), await FirstFailureAsync(gateway));
        Assert.Empty(await server.MailsAsync());
    }

    [Fact]
    public async Task A_server_that_wants_a_sign_in_says_so_where_none_is_set()
    {
        await using var server = await MailServer.StartAsync();
        await using var gateway = await StartAsync(server, ("User", null));

        await TellAsync(gateway);

        Assert.Equal((MailFault.SignInRefused, 530), await FirstFailureAsync(gateway));
        Assert.Equal(new UndeliveredMail(1, 0), await gateway.Get<MailOutbox>().CountUndeliveredAsync(Cancellation));
    }

    private static Task<GatewayUnderTest> StartAsync(MailServer server, params (string Key, string? Value)[] smtp) => StartAsync(server, logs: null, smtp);

    private static Task<GatewayUnderTest> StartAsync(MailServer server, CapturedLogs? logs, params (string Key, string? Value)[] smtp) =>
        GatewayUnderTest.StartAsync(setup =>
        {
            setup.Logs = logs;
            setup.With("MfaGateway:PublicOrigin", "https://apps.example.org").With("MfaGateway:Mail:Provider", "Smtp");
            var settings = new Dictionary<string, string?>
            {
                ["Host"] = "localhost",
                ["Port"] = $"{server.Port}",
                ["Security"] = "None",
                ["AllowUnencryptedSignIn"] = "true",
                ["User"] = MailServer.User,
            };
            foreach (var (key, value) in smtp)
                settings[key] = value;
            foreach (var (key, value) in settings.Where(setting => setting.Value is not null))
                setup.With($"MfaGateway:Mail:Smtp:{key}", value!);
        });

    private static Task TellAsync(GatewayUnderTest gateway) => gateway.Get<Notices>().TellAsync(
        new(NoticeKind.PasswordChanged, NewAccount(), gateway.Time.GetUtcNow(), "192.0.2.7"), Cancellation);

    private static Account NewAccount() => new(
        "0123456789abcdef0123456789abcdef", "ada", "ada@example.org", "Ada", [], false, DateTimeOffset.UnixEpoch, null);

    private static async Task<(MailFault Fault, int? Status)> FirstFailureAsync(GatewayUnderTest gateway)
    {
        IReadOnlyList<FailedMail> failed = [];
        await Eventually.IsAsync(async () => (failed = await gateway.Get<MailOutbox>().ListAsync(null, 100, Cancellation)).Count > 0);
        return (failed[0].Failure!.Fault, failed[0].Failure!.Status);
    }
}
