using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.FunctionalTests.Faults;
using MfaGateway.Storage;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Mail;

/// <summary>Mail goes out whatever happens meanwhile, and nothing waits for it.</summary>
public sealed class MailDeliveryTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task What_a_command_did_is_told_by_the_gateway_that_runs()
    {
        // A command goes by the machine's clock.
        await using var gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.With("MfaGateway:DataDirectory", _program.PathOf("data"));
            setup.Time = new ManualTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(5));
        });
        await gateway.AddPersonAsync();

        var result = await _program.RunAsync("orange kettle walks slowly", ["users", "set-password", "ada", "--password-stdin"]);

        Assert.Equal(0, result.ExitCode);
        var mail = await gateway.Mail.NextAsync("ada@example.org");
        Assert.Contains("An administrator has set a new password", mail.Sentences, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_can_not_be_written_delays_mail_and_nobody()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var account = (await gateway.Get<AccountStore>().FindAsync(ada.AccountId, Cancellation))!;
        await File.WriteAllTextAsync(gateway.Mail.Path, "in the way", Cancellation);

        await gateway.Get<AccountService>().SetPasswordAsync(account, "orange kettle walks slowly", Actor.Command, Cancellation);
        await UntilFailedAsync(gateway, attempt: 1);
        using var browser = gateway.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/_mfa/health/ready")).Status);
        Assert.Equal(new UndeliveredMail(1, 0), await CountAsync(gateway));

        File.Delete(gateway.Mail.Path);
        gateway.Time.Advance(DeliverySchedule.WaitAfter(1)!.Value);
        await gateway.Mail.NextAsync("ada@example.org");
        await Eventually.IsAsync(async () => await CountAsync(gateway) == new UndeliveredMail(0, 0));
    }

    [Fact]
    public async Task A_mail_that_fails_for_two_days_is_given_up_and_counted()
    {
        await using var gateway = await StartAsync();
        await File.WriteAllTextAsync(gateway.Mail.Path, "in the way", Cancellation);
        await TellAsync(gateway, "ada@example.org");

        for (var attempt = 1; attempt <= DeliverySchedule.MostAttempts; attempt++)
        {
            await UntilFailedAsync(gateway, attempt);
            gateway.Time.Advance(DeliverySchedule.WaitAfter(attempt) ?? TimeSpan.FromDays(1));
            gateway.Get<MailSignal>().Raise();
        }

        Assert.Equal(new UndeliveredMail(0, 1), await CountAsync(gateway));
        File.Delete(gateway.Mail.Path);
        await TellAsync(gateway, "bob@example.org");
        await gateway.Mail.NextAsync("bob@example.org");
        Assert.Single(gateway.Mail.All());
    }

    [Fact]
    public async Task What_was_kept_when_the_program_was_killed_is_delivered_after_the_next_start()
    {
        await using var upstream = await RecordingUpstream.StartAsync();
        await new Visitor("ada").AddedAsync(_program);
        await File.WriteAllTextAsync(_program.PathOf("data/mail"), "in the way", Cancellation);
        await using (var gateway = await GatewayProcess.StartAsync(_program.Directory, upstream.Address))
        {
            // The gateway finds it, fails, and is killed with the mail in hand.
            await _program.RunAsync("orange kettle walks slowly", ["users", "set-password", "ada", "--password-stdin"]);
            await Eventually.IsAsync(() => Task.FromResult(gateway.Output.Contains("could not be delivered", StringComparison.Ordinal)));
            Assert.DoesNotContain("ada@example.org", gateway.Output, StringComparison.Ordinal);
            await gateway.KillAsync();
        }

        File.Delete(_program.PathOf("data/mail"));
        await using var again = await GatewayProcess.StartAsync(_program.Directory, upstream.Address);
        var mail = await new MailDrop(_program.PathOf("data/mail")).NextAsync("ada@example.org");
        Assert.Contains("password", mail.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_node_had_taken_is_delivered_by_another_once_its_lease_is_over()
    {
        await using var gateway = await StartAsync();
        var outbox = gateway.Get<MailOutbox>();
        var now = gateway.Time.GetUtcNow();
        var mails = gateway.Get<Notices>().Prepare(new(NoticeKind.PasswordChanged, NewAccount("ada@example.org"), now.AddMinutes(1), null));
        await outbox.EnqueueAsync(mails, Cancellation);
        Assert.NotNull(await outbox.TakeAsync(now.AddMinutes(1), now.AddMinutes(2), Cancellation)); // and is never heard of again

        gateway.Time.Advance(TimeSpan.FromMinutes(1));
        await TellAsync(gateway, "bob@example.org");
        await gateway.Mail.NextAsync("bob@example.org");
        Assert.Single(gateway.Mail.All());

        gateway.Time.Advance(TimeSpan.FromMinutes(1));
        await gateway.Mail.NextAsync("ada@example.org");
    }

    [Fact]
    public async Task Two_nodes_on_one_store_deliver_each_mail_once()
    {
        await using var place = await PostgreSqlStoreFixture.AddAsync();
        await using var one = await StartAsync(place);
        CopyKeys(one);
        await using var two = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:DataDirectory", _program.PathOf("two"))
            .With("MfaGateway:Store:Provider", "Postgres")
            .With("MfaGateway:Store:ConnectionString", place.ConnectionString));

        for (var number = 0; number < 40; number++)
            await TellAsync(number % 2 == 0 ? one : two, $"person{number}@example.org");
        await Eventually.IsAsync(async () => await CountAsync(one) == new UndeliveredMail(0, 0));

        var recipients = one.Mail.All().Concat(two.Mail.All()).Select(mail => mail.ToAddress).ToList();
        Assert.Equal(40, recipients.Count);
        Assert.Equal(40, recipients.Distinct().Count());
    }

    [Fact]
    public async Task Mail_goes_on_by_itself_after_an_outage_of_the_store()
    {
        await using var place = await PostgreSqlStoreFixture.AddAsync();
        var server = await PostgreSqlServer.SharedAsync();
        var schema = new Npgsql.NpgsqlConnectionStringBuilder(place.ConnectionString).SearchPath;
        await using var gateway = await StartAsync(place);
        await TellAsync(gateway, "ada@example.org");
        await gateway.Mail.NextAsync("ada@example.org");

        await server.ExecuteAsync($"ALTER SCHEMA {schema} RENAME TO {schema}_gone");
        gateway.Get<MailSignal>().Raise();
        await Assert.ThrowsAnyAsync<Exception>(() => TellAsync(gateway, "lost@example.org"));
        await server.ExecuteAsync($"ALTER SCHEMA {schema}_gone RENAME TO {schema}");

        await TellAsync(gateway, "bob@example.org");
        await gateway.Mail.NextAsync("bob@example.org");
    }

    private Task<GatewayUnderTest> StartAsync() =>
        GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:DataDirectory", _program.PathOf("data")));

    private Task<GatewayUnderTest> StartAsync(PostgreSqlStoreFixture place) => GatewayUnderTest.StartAsync(setup => setup
        .With("MfaGateway:DataDirectory", _program.PathOf("one"))
        .With("MfaGateway:Store:Provider", "Postgres")
        .With("MfaGateway:Store:ConnectionString", place.ConnectionString));

    private void CopyKeys(GatewayUnderTest gateway)
    {
        var keys = Directory.CreateDirectory(_program.PathOf("two/keys"));
        foreach (var key in gateway.Get<GatewayStore>().Directory.Keys.EnumerateFiles())
            key.CopyTo(Path.Combine(keys.FullName, key.Name));
    }

    /// <summary>Waits until this attempt has failed and the mail waits for the next one, if there is one.</summary>
    private static async Task UntilFailedAsync(GatewayUnderTest gateway, int attempt)
    {
        var dueAt = gateway.Time.GetUtcNow() + DeliverySchedule.WaitAfter(attempt);
        await Eventually.IsAsync(async () =>
        {
            var mails = await gateway.Get<Transactions>().ReadAsync(records => records.Mail.ListAllAsync(string.Empty, 100), Cancellation);
            return mails.Count(mail => mail.Attempts == attempt && mail.DueAt == dueAt) == 1;
        });
    }

    private static Task TellAsync(GatewayUnderTest gateway, string address) => gateway.Get<Notices>().TellAsync(
        new(NoticeKind.PasswordChanged, NewAccount(address), gateway.Time.GetUtcNow(), null), Cancellation);

    private static Account NewAccount(string address) => new(
        "0123456789abcdef0123456789abcdef", "ada", address, "Ada", [], false, DateTimeOffset.UnixEpoch, null);

    private static Task<UndeliveredMail> CountAsync(GatewayUnderTest gateway) =>
        gateway.Get<MailOutbox>().CountUndeliveredAsync(Cancellation);
}
