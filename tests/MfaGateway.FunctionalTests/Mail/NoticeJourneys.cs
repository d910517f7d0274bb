using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Mail;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;
using Xunit;

namespace MfaGateway.FunctionalTests.Mail;

/// <summary>What people find in their mailbox after something happened to their account.</summary>
public sealed class NoticeJourneys : IAsyncLifetime
{
    private GatewayUnderTest _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await GatewayUnderTest.StartAsync(setup => setup
        .With("MfaGateway:SiteName", "Orbital Works")
        .With("MfaGateway:Contact", "the help desk, extension 4711"));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Whoever_enrols_a_phone_is_told_and_whoever_uses_a_recovery_code_too()
    {
        var ada = await _gateway.AddPersonAsync();
        using var browser = _gateway.NewBrowser();
        var codes = await EnrolAsync(ada, browser);

        var added = await _gateway.Mail.NextAsync();
        Assert.Equal("An authenticator was added to your account at Orbital Works", added.Subject);
        Assert.Equal(("ada", "ada@example.org"), (added.ToName, added.ToAddress));
        Assert.Contains("Device: My phone", added.Sentences, StringComparison.Ordinal);

        _gateway.Time.Advance(TimeSpan.FromMinutes(1));
        await UseRecoveryCodeAsync(ada, codes[3]);

        var used = await _gateway.Mail.NextAsync();
        Assert.Equal("A recovery code was used for your account at Orbital Works", used.Subject);
        Assert.Equal("ada@example.org", used.ToAddress);
        Assert.Equal(_gateway.Time.GetUtcNow(), used.Date);
        Assert.Contains("Account: ada", used.Sentences, StringComparison.Ordinal);
        Assert.Contains("When: 2 March 2026, 09:01:00 UTC", used.Sentences, StringComparison.Ordinal);
        Assert.Contains("From: 127.0.0.1", used.Sentences, StringComparison.Ordinal);
        Assert.Contains("If this was not you", used.Sentences, StringComparison.Ordinal);
        Assert.Contains("Need help? the help desk, extension 4711", used.Sentences, StringComparison.Ordinal);
        Assert.DoesNotContain(codes[3], used.Source, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, _gateway.Mail.All().Count);
    }

    [Fact]
    public async Task A_wrong_recovery_code_tells_nobody_anything()
    {
        var ada = await _gateway.AddPersonAsync();
        using var browser = _gateway.NewBrowser();
        await EnrolAsync(ada, browser);
        await _gateway.Mail.NextAsync();

        await UseRecoveryCodeAsync(ada, "abcd-efgh-ijkl-mnop");
        await TellAsync(ada, NoticeKind.RecoveryCodesMade);

        // That one comes next: nothing was kept before it.
        Assert.StartsWith("New recovery codes", (await _gateway.Mail.NextAsync()).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_password_says_who_set_it()
    {
        var ada = await AccountOfAsync(await _gateway.AddPersonAsync());
        var accounts = _gateway.Get<AccountService>();

        await accounts.SetPasswordAsync(ada, "orange kettle walks slowly", new Actor(ada.Id, "192.0.2.7"), Cancellation);
        var own = await _gateway.Mail.NextAsync();
        Assert.Equal("The password of your account at Orbital Works was changed", own.Subject);
        Assert.Contains("From: 192.0.2.7", own.Sentences, StringComparison.Ordinal);
        Assert.DoesNotContain("kettle", own.Source, StringComparison.Ordinal);

        await accounts.SetPasswordAsync(ada, "yellow kettle walks slowly", Actor.Command, Cancellation);
        var set = await _gateway.Mail.NextAsync();
        Assert.Contains("An administrator has set a new password", set.Sentences, StringComparison.Ordinal);
        Assert.DoesNotContain("From:", set.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_address_is_told_to_both_in_a_mail_each()
    {
        var ada = await AccountOfAsync(await _gateway.AddPersonAsync());
        var changed = ada with { Email = "ada@new.example.org" };

        await _gateway.Get<Notices>().TellAsync(
            new(NoticeKind.EmailChanged, changed, _gateway.Time.GetUtcNow(), "192.0.2.7") { AlsoTo = ada.Email }, Cancellation);

        foreach (var address in (string[])["ada@new.example.org", "ada@example.org"])
        {
            var mail = await _gateway.Mail.NextAsync(address);
            Assert.Equal($"ada <{address}>", mail.Field("To"));
            Assert.Contains("goes to ada@new.example.org from now on", mail.Sentences, StringComparison.Ordinal);
        }

        Assert.Equal(2, _gateway.Mail.All().Count);
    }

    [Theory]
    [InlineData(NoticeKind.AuthenticatorAdded)]
    [InlineData(NoticeKind.AuthenticatorRemoved)]
    [InlineData(NoticeKind.SecondFactorOff)]
    [InlineData(NoticeKind.SecondFactorReset)]
    [InlineData(NoticeKind.RecoveryCodeUsed)]
    [InlineData(NoticeKind.RecoveryCodesMade)]
    [InlineData(NoticeKind.PasswordChanged)]
    [InlineData(NoticeKind.EmailChanged)]
    [InlineData(NoticeKind.WrongCodes)]
    [InlineData(NoticeKind.FactorSuspended)]
    [InlineData(NoticeKind.InvitedToSignIn)]
    [InlineData(NoticeKind.MagicCode)]
    [InlineData(NoticeKind.PasswordReset)]
    [InlineData(NoticeKind.MagicCodesOn)]
    [InlineData(NoticeKind.MagicCodesOff)]
    [InlineData(NoticeKind.UserNameChanged)]
    [InlineData(NoticeKind.Test)]
    public async Task Every_kind_says_what_happened_where_and_whom_to_turn_to(NoticeKind kind)
    {
        var ada = await _gateway.AddPersonAsync();

        await TellAsync(ada, kind);

        var mail = await _gateway.Mail.NextAsync();
        Assert.Contains("Orbital Works", mail.Subject, StringComparison.Ordinal);
        Assert.StartsWith("Hello ada,\n\n", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Account: ada When: 2 March 2026, 09:00:00 UTC From: 192.0.2.7", mail.Sentences, StringComparison.Ordinal);
        Assert.Contains("help desk", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("http", mail.Text, StringComparison.Ordinal); // no origin is configured: no link is made up
        Assert.Equal("no-reply@localhost", mail.FromAddress);
        Assert.Equal("Orbital Works", mail.FromName);
        Assert.All(mail.Text.Split('\n'), line => Assert.InRange(line.Length, 0, 72));
    }

    [Fact]
    public void Every_kind_has_a_test() =>
        Assert.Equal(
            Enum.GetValues<NoticeKind>().Order(),
            GetType().GetMethod(nameof(Every_kind_says_what_happened_where_and_whom_to_turn_to))!
                .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false)
                .Select(data => (NoticeKind)((InlineDataAttribute)data).Data[0]!).Order());

    private static async Task<string[]> EnrolAsync(TestPerson ada, Browser browser)
    {
        var enrol = await ada.GivePasswordAsync(browser);
        Assert.True(Base32.TryDecode(enrol.Text("totp-secret"), out var secret));
        ada.Secret = TotpSecret.FromBytes(secret);
        var codes = await browser.FollowAsync(await browser.SubmitAsync(enrol, ("code", ada.CurrentCode), ("name", "My phone")));
        return [.. codes.Page.QuerySelectorAll("#recovery-codes li").Select(code => code.TextContent.Trim())];
    }

    private async Task UseRecoveryCodeAsync(TestPerson ada, string code)
    {
        using var browser = _gateway.NewBrowser();
        await ada.GivePasswordAsync(browser);
        await browser.SubmitAsync(await browser.OpenAsync("/_mfa/challenge/recovery-code"), ("code", code));
    }

    private async Task TellAsync(TestPerson person, NoticeKind kind)
    {
        var (account, now) = (await AccountOfAsync(person), _gateway.Time.GetUtcNow());
        var (mails, request) = (_gateway.Get<Mails>(), MailRequest.For(account, now, new ClientContext("192.0.2.7", string.Empty)));
        IReadOnlyList<OutboxMail> told = kind switch
        {
            NoticeKind.MagicCode => [mails.MagicCode(request, "123456", link: null, 1, 3, now.AddMinutes(10))],
            NoticeKind.PasswordReset => [mails.PasswordReset(request, "/_mfa/reset-password/set?token=1", now.AddMinutes(30))],
            NoticeKind.InvitedToSignIn => [mails.InvitedToSignIn(request, "/_mfa/reset-password/set?token=1", now.AddDays(1))],
            _ => _gateway.Get<Notices>().Prepare(new(kind, account, now, "192.0.2.7")),
        };
        await _gateway.Get<MailOutbox>().EnqueueAsync(told, Cancellation);
    }

    private async Task<Account> AccountOfAsync(TestPerson person) =>
        (await _gateway.Get<AccountStore>().FindAsync(person.AccountId, Cancellation))!;
}
