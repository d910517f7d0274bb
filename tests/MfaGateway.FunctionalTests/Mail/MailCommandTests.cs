using System.Globalization;
using System.Text.Json;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Mail;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Mail;

/// <summary>The real program's <c>mail</c> commands: what they print, and what scripts see in the exit code.</summary>
public sealed class MailCommandTests : IDisposable
{
    private const string Address = "ada@example.org";

    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task A_test_mail_is_dropped_as_a_file_without_any_store()
    {
        var result = await _program.RunAsync("mail", "test", Address, "--language", "de", "--MfaGateway:SiteName=Orbital Works");

        Assert.True(result.ExitCode == 0, string.Join('\n', result.Errors));
        Assert.Contains($"A test mail to {Address} from no-reply@localhost, as a file in {_program.PathOf("data/mail")}.", result.Output, StringComparison.Ordinal);
        var mail = Assert.Single(new MailDrop(_program.PathOf("data/mail")).All());
        Assert.Equal((Address, "Eine Test-E-Mail von Orbital Works"), (mail.ToAddress, mail.Subject));
        Assert.Throws<InvalidOperationException>(() => StoreFiles.In(_program.PathOf("data")));
    }

    [Fact]
    public async Task A_test_mail_goes_encrypted_and_signed_in_to_a_mail_server()
    {
        await using var server = await MailServer.StartAsync("StartTls");

        var result = await RunAsync(server, ("SSL_CERT_FILE", server.TrustFile));

        Assert.True(result.ExitCode == 0, string.Join('\n', result.Errors));
        Assert.Contains($"through localhost:{server.Port}, encrypted (STARTTLS), signed in as gateway.", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("It was taken. Whether it arrives shows in the mailbox.\n", result.Output, StringComparison.Ordinal);
        var kept = await server.NextAsync("mail");
        Assert.True(kept.GetProperty("tls").GetBoolean());
        Assert.Equal(MailServer.User, kept.GetProperty("user").GetString());
        Assert.Equal(Address, Assert.Single(await server.MailsAsync()).ToAddress);
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_said()
    {
        await using var server = await MailServer.StartAsync("StartTls");

        await AssertFailedAsync(RunAsync(server), "The mail server's certificate is not good for its name, or not of an authority that this machine trusts.");
        Assert.Empty(await server.MailsAsync());
    }

    [Fact]
    public async Task A_server_without_encryption_is_said()
    {
        await using var server = await MailServer.StartAsync();

        await AssertFailedAsync(RunAsync(server), "The mail server offers no encryption, and without it nothing is sent.");
    }

    [Fact]
    public async Task A_password_that_the_server_does_not_take_is_said_and_not_printed()
    {
        await using var server = await MailServer.StartAsync("StartTls");

        var result = await RunAsync(server, [("SSL_CERT_FILE", server.TrustFile)], "--MfaGateway:Mail:Smtp:Password=another one");

        await AssertFailedAsync(Task.FromResult(result), "The mail server refused the sign-in: it does not know us, or user or password are wrong (it answered 535).");
        Assert.DoesNotContain("another one", result.Output + string.Join('\n', result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipient_that_is_refused_is_said_in_the_servers_words()
    {
        await using var server = await MailServer.StartAsync("StartTls");
        await server.BehaveAsync(new { refuse = new Dictionary<string, string> { [Address] = "550 5.1.1 No such user here" } });

        var result = await RunAsync(server, ("SSL_CERT_FILE", server.TrustFile));

        await AssertFailedAsync(Task.FromResult(result), "The mail server refused the recipient: there is no such mailbox, or it takes nothing (it answered 550).");
        Assert.Contains("No such user here", result.Errors[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_and_one_that_says_nothing_are_said()
    {
        var server = await MailServer.StartAsync();
        await server.BehaveAsync(new { silent = true });
        await AssertFailedAsync(RunAsync(server, [], "--MfaGateway:Mail:Smtp:Timeout=00:00:02"), "The mail server took too long.");
        await server.DisposeAsync();
        await AssertFailedAsync(RunAsync(server), "The mail server can't be reached, or the directory or program for mail can't be used.");
    }

    [Theory]
    [InlineData("ada")]
    [InlineData("ada@example.org,eve@example.org")]
    [InlineData("Ada <ada@example.org>")]
    [InlineData("ada@example.org\r\nBcc: eve@example.org")]
    [InlineData("-oQ/tmp@example.org")]
    public async Task What_is_not_one_plain_address_is_wrong_usage(string address)
    {
        var result = await _program.RunAsync("mail", "test", address);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(new MailDrop(_program.PathOf("data/mail")).All());
    }

    [Fact]
    public async Task A_bad_configuration_stops_the_test()
    {
        var result = await _program.RunAsync("mail", "test", Address, "--MfaGateway:Mail:Provider=Smtp");

        Assert.Equal(78, result.ExitCode);
        Assert.Contains(result.Errors, line => line.StartsWith("MfaGateway:Mail:Smtp:Host ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_not_delivered_is_listed_for_people_and_for_scripts_and_tried_again()
    {
        await new Faults.Visitor("ada").AddedAsync(_program);

        Assert.Equal("[]\n", (await _program.RunAsync("mail", "undelivered", "--json")).Output);
        Assert.StartsWith("KEPT", (await _program.RunAsync("mail", "undelivered")).Output, StringComparison.Ordinal);
        Assert.Equal("Nothing waits that is not tried again within minutes anyway.\n", (await _program.RunAsync("mail", "retry")).Output);
        Assert.Equal(2, (await _program.RunAsync("mail", "undelivered", "--count", "0")).ExitCode);
    }

    [Fact]
    public async Task Beside_a_running_gateway_what_failed_is_listed_by_fault_and_switching_by_command_is_told()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:DataDirectory", _program.PathOf("data")).With("MfaGateway:MagicCode:Enabled", "true"));
        await gateway.AddPersonAsync();
        Assert.Equal(0, (await _program.RunAsync("users", "magic-code", "ada", "off")).ExitCode);
        Assert.Contains("An administrator has switched off", (await gateway.Mail.NextAsync(Address)).Sentences, StringComparison.Ordinal);

        Directory.Delete(gateway.Mail.Path, recursive: true);
        await File.WriteAllTextAsync(gateway.Mail.Path, "in the way", TestContext.Current.CancellationToken);
        var ada = (await gateway.Get<AccountStore>().FindByUserNameAsync("ada", TestContext.Current.CancellationToken))!;
        await gateway.Get<Notices>().TellAsync(new(NoticeKind.WrongCodes, ada, gateway.Time.GetUtcNow(), "192.0.2.7"), TestContext.Current.CancellationToken);
        for (var attempt = 1; attempt < 5; attempt++)
        {
            await FailedAsync(attempt);
            gateway.Time.Advance(DeliverySchedule.WaitAfter(attempt)!.Value);
            gateway.Get<MailSignal>().Raise();
        }

        await FailedAsync(5);

        var listed = Assert.Single(JsonDocument.Parse((await _program.RunAsync("mail", "undelivered", "--json")).Output).RootElement.EnumerateArray());
        Assert.Equal(("ada", "WrongCodes", "Unreachable"), (Text(listed, "userName"), Text(listed, "kind"), Text(listed, "fault")));
        Assert.DoesNotContain(Address, listed.ToString(), StringComparison.Ordinal);
        Assert.Contains("Warning of wrong codes", (await _program.RunAsync("mail", "undelivered")).Output, StringComparison.Ordinal);
        var retried = JsonDocument.Parse((await _program.RunAsync("mail", "retry", "--json")).Output).RootElement;
        Assert.Equal(1, retried.GetProperty("retried").GetInt32());
        Assert.Contains("mail.retried", (await _program.RunAsync("audit", "tail", "--json")).Output, StringComparison.Ordinal);

        Task FailedAsync(int attempt) => Eventually.IsAsync(async () =>
            (await gateway.Get<MailOutbox>().ListAsync(null, 1, TestContext.Current.CancellationToken)) is [{ } mail] && mail.Attempts == attempt);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static async Task AssertFailedAsync(Task<ProgramResult> running, string sentence)
    {
        var result = await running;
        Assert.Equal((1, sentence), (result.ExitCode, result.Errors.FirstOrDefault()));
    }

    private Task<ProgramResult> RunAsync(MailServer server, params (string Name, string Value)[] environment) => RunAsync(server, environment, []);

    private Task<ProgramResult> RunAsync(MailServer server, (string Name, string Value)[] environment, params string[] settings) => _program.RunAsync(
        string.Empty,
        [
            "mail", "test", Address,
            "--MfaGateway:PublicOrigin=https://apps.example.org",
            "--MfaGateway:Mail:Provider=Smtp",
            "--MfaGateway:Mail:Smtp:Host=localhost",
            string.Create(CultureInfo.InvariantCulture, $"--MfaGateway:Mail:Smtp:Port={server.Port}"),
            $"--MfaGateway:Mail:Smtp:User={MailServer.User}",
            .. settings.Any(setting => setting.Contains("Password", StringComparison.Ordinal)) ? [] : (string[])[$"--MfaGateway:Mail:Smtp:Password={MailServer.Password}"],
            .. settings,
        ],
        environment);
}
