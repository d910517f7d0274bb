using System.Globalization;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.FunctionalTests.Faults;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;
using Xunit;

namespace MfaGateway.FunctionalTests.Mail;

/// <summary>The program as it is run, and a mail server with STARTTLS and AUTH whose certificate is of an authority of its own.</summary>
public sealed class SmtpProcessTests : IAsyncLifetime
{
    private readonly GatewayProgram _program = new();
    private RecordingUpstream _upstream = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await RecordingUpstream.StartAsync();
        Directory.CreateDirectory(_program.PathOf("secrets"));
        // As a secret of a container comes: a file with a line end.
        _program.Write("secrets/MfaGateway__Mail__Smtp__Password", MailServer.Password + "\n");
        await new Visitor("ada").AddedAsync(_program);
    }

    public async ValueTask DisposeAsync()
    {
        await _upstream.DisposeAsync();
        _program.Dispose();
    }

    [Theory]
    [InlineData("StartTls")]
    [InlineData("Tls")]
    public async Task Mail_goes_encrypted_and_signed_in_by_a_password_of_the_secrets_directory(string security)
    {
        await using var server = await MailServer.StartAsync(security);
        await using var gateway = await StartAsync(server, server.TrustFile, ("MfaGateway:Mail:Smtp:Security", security));

        await ChangePasswordAsync();

        var kept = await server.NextAsync("mail");
        Assert.True(kept.GetProperty("tls").GetBoolean());
        Assert.Equal(MailServer.User, kept.GetProperty("user").GetString());
        Assert.Equal("ada@example.org", Assert.Single(await server.MailsAsync()).ToAddress);
    }

    [Theory]
    [InlineData("StartTls")]
    [InlineData("Tls")]
    public async Task A_certificate_for_another_name_gets_neither_password_nor_mail(string security)
    {
        await using var server = await MailServer.StartAsync(security, name: "mail.example.org");
        await using var gateway = await StartAsync(server, server.TrustFile, ("MfaGateway:Mail:Smtp:Security", security));

        await ChangePasswordAsync();

        await Eventually.IsAsync(() => Task.FromResult(gateway.Output.Contains("RemoteCertificateNameMismatch", StringComparison.Ordinal)));
        await AssertNothingWasGivenAsync(server);
    }

    [Theory]
    [InlineData("StartTls")]
    [InlineData("Tls")]
    public async Task A_certificate_of_nobody_that_this_machine_trusts_gets_neither_password_nor_mail(string security)
    {
        await using var server = await MailServer.StartAsync(security);
        await using var gateway = await StartAsync(server, trust: null, ("MfaGateway:Mail:Smtp:Security", security));

        await ChangePasswordAsync();

        await Eventually.IsAsync(() => Task.FromResult(gateway.Output.Contains("errors in the certificate chain", StringComparison.Ordinal)));
        await AssertNothingWasGivenAsync(server);
    }

    [Fact]
    public async Task What_waited_when_the_program_was_killed_is_delivered_after_the_next_start()
    {
        await using var server = await MailServer.StartAsync();
        await server.BehaveAsync(new { silent = true });
        await using (var gateway = await StartAsync(server, trust: null, PlainText))
        {
            await ChangePasswordAsync();
            await server.NextAsync("silent"); // it has the mail in hand
            await gateway.KillAsync();
        }

        await server.BehaveAsync(new { });
        await using var again = await GatewayUnderTest.StartAsync(setup =>
        {
            // The lease of the killed one ends first.
            setup.Time = new ManualTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(1));
            setup.With("MfaGateway:DataDirectory", _program.PathOf("data"));
            foreach (var (key, value) in SettingsOf(server).Concat(PlainText))
                setup.With(key, value);
        });
        Assert.Equal("ada@example.org", (await server.NextMailAsync()).ToAddress);
        Assert.Single(await server.MailsAsync());
    }

    private static (string Key, string Value)[] PlainText =>
    [
        ("MfaGateway:Mail:Smtp:Security", "None"),
        ("MfaGateway:Mail:Smtp:AllowUnencryptedSignIn", "true"),
        ("MfaGateway:Mail:Smtp:Password", MailServer.Password),
    ];

    private static (string Key, string Value)[] SettingsOf(MailServer server) =>
    [
        ("MfaGateway:PublicOrigin", "https://apps.example.org"),
        ("MfaGateway:Mail:Provider", "Smtp"),
        ("MfaGateway:Mail:Smtp:Host", "localhost"),
        ("MfaGateway:Mail:Smtp:Port", server.Port.ToString(CultureInfo.InvariantCulture)),
        ("MfaGateway:Mail:Smtp:User", MailServer.User),
    ];

    private Task<GatewayProcess> StartAsync(MailServer server, string? trust, params (string Key, string Value)[] settings) => GatewayProcess.StartAsync(
        _program.Directory,
        _upstream.Address,
        trust is null ? [] : [("SSL_CERT_FILE", trust)],
        [("MfaGateway:SecretsDirectory", _program.PathOf("secrets")), .. SettingsOf(server), .. settings]);

    private async Task ChangePasswordAsync()
    {
        var result = await _program.RunAsync("orange kettle walks slowly", ["users", "set-password", "ada", "--password-stdin"]);
        Assert.Equal(0, result.ExitCode);
    }

    private static async Task AssertNothingWasGivenAsync(MailServer server)
    {
        Assert.Empty(await server.MailsAsync());
        Assert.DoesNotContain(await server.SeenAsync(), line => line.Contains("auth", StringComparison.Ordinal));
    }
}
