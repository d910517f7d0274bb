using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Throttling;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>What is closed by a guesser, for how long, and who can open it; and that an owner's own answers open nothing for a guesser.</summary>
public class LockoutAttacks
{
    private const string Wrong = "the-Wrong-Teapot-17";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_owner_who_slips_and_comes_in_hands_a_guesser_no_try()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        await GuessAsync(gateway, ada, 4);
        await GuessAsync(gateway, ada, 1);

        // Four slips of the other factor and of this one, and then in; three times within the quarter of an hour.
        await SignInAfterSlipsAsync(gateway, ada, wrongCodes: 2, wrongRecoveryCodes: 1);
        await SignInAfterSlipsAsync(gateway, ada, wrongCodes: 0, wrongRecoveryCodes: 4);
        await SignInAfterSlipsAsync(gateway, ada, wrongCodes: 4, wrongRecoveryCodes: 0);

        await GuessAsync(gateway, ada, 4);
        Assert.Empty(await LocksAsync(gateway, ada));
        await GuessAsync(gateway, ada, 1);
        Assert.Equal(AttemptLimit.Codes, Assert.Single(await LocksAsync(gateway, ada)).Limit);
    }

    [Fact]
    public async Task Slips_of_before_a_window_s_end_are_not_taken_back_from_the_next_one()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        await GuessAsync(gateway, ada, 1);
        gateway.Time.Advance(TimeSpan.FromMinutes(14));
        using var owner = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(owner);
        for (var slip = 0; slip < 4; slip++)
            await owner.SubmitAsync(asked, ("code", ada.WrongCode));

        gateway.Time.Advance(TimeSpan.FromMinutes(2));
        await GuessAsync(gateway, ada, 4);
        Assert.Equal(HttpStatusCode.SeeOther, (await owner.SubmitAsync(asked, ("code", ada.CurrentCode))).Status);

        await GuessAsync(gateway, ada, 4);
        await GuessAsync(gateway, ada, 2);
        Assert.Equal(AttemptLimit.Codes, Assert.Single(await LocksAsync(gateway, ada)).Limit);
    }

    [Fact]
    public async Task Slips_of_one_factor_are_not_taken_back_from_the_row_of_the_other()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Attempts:PerAccount:InARow", "10"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        for (var quarter = 0; quarter < 3; quarter++)
        {
            await GuessAsync(gateway, ada, 3);
            gateway.Time.Advance(TimeSpan.FromMinutes(16));
        }

        await SignInAfterSlipsAsync(gateway, ada, wrongCodes: 0, wrongRecoveryCodes: 4);

        await GuessAsync(gateway, ada, 1);
        Assert.Contains(await LocksAsync(gateway, ada), one => one.Limit == AttemptLimit.CodesInARow && one.Until is null);
    }

    [Fact]
    public async Task A_hundred_wrong_codes_in_a_row_suspend_the_app_s_codes_until_another_factor_or_an_administrator_helps()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Attempts:PerChallenge", "10"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var recoveryCode = await GiveRecoveryCodeAsync(gateway, ada);
        await SuspendAsync(gateway, ada);

        gateway.Time.Advance(TimeSpan.FromDays(100));
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        var refused = await browser.SubmitAsync(asked, ("code", ada.CurrentCode));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Null(refused.Header("Retry-After"));
        Assert.Contains("this way is closed", refused.Text("error"), StringComparison.Ordinal);

        // Another factor of the same person opens it ...
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(AsRecovery(asked), ("code", recoveryCode))).Status);
        gateway.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("hello from upstream", (await ada.SignInAsync(gateway.NewBrowser())).Body);

        // ... and so does an administrator.
        await SuspendAsync(gateway, ada);
        gateway.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AnswerAsync(gateway, ada)).Status);
        await UnlockAsync(gateway, ada);
        Assert.Equal(HttpStatusCode.SeeOther, (await AnswerAsync(gateway, ada)).Status);
    }

    [Fact]
    public async Task Whoever_knows_the_password_is_stopped_for_longer_each_time_and_never_clears_the_count_with_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Attempts:PerChallenge", "10"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();

        foreach (var minutes in (int[])[15, 30, 60, 120, 240, 480, 960, 1440, 1440])
        {
            await GuessAsync(gateway, ada, 10);
            var refused = await AnswerAsync(gateway, ada);
            Assert.Equal((HttpStatusCode.TooManyRequests, $"{minutes * 60}"), (refused.Status, refused.Header("Retry-After")));
            gateway.Time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromMilliseconds(1));
            Assert.Equal("1", (await AnswerAsync(gateway, ada)).Header("Retry-After"));
            gateway.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(HttpStatusCode.SeeOther, (await AnswerAsync(gateway, ada)).Status);
    }

    [Fact]
    public async Task Guesses_are_told_by_mail_once_for_each_time_that_they_count_together_however_they_come()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Attempts:PerChallenge", "10"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();

        for (var window = 1; window <= 2; window++)
        {
            // The owner's slip is the fifth; it is taken back, and the guesser's next one is the fifth again.
            await GuessAsync(gateway, ada, 4);
            await SignInAfterSlipsAsync(gateway, ada, wrongCodes: 1, wrongRecoveryCodes: 0);
            using var guesser = gateway.NewBrowser();
            var asked = await ada.GivePasswordAsync(guesser);
            var guesses = Enumerable.Range(0, 10).Select(_ => guesser.Clone()).ToList();
            await Task.WhenAll(guesses.Select(one => one.SubmitAsync(asked, ("code", ada.WrongCode))));
            guesses.ForEach(one => one.Dispose());

            Assert.Equal(window, await CountMailsAsync(gateway, ada));
            gateway.Time.Advance(TimeSpan.FromHours(1));
        }
    }

    [Fact]
    public async Task The_code_that_an_administrator_hands_over_is_guessed_at_as_little_as_any_other()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var administration = gateway.Get<AdministrationService>();
        var account = await administration.FindAsync(ada.AccountId, Cancellation);
        var reset = Assert.IsType<SecondFactorReset.Done>(
            await administration.ResetSecondFactorAsync(account!, "phone lost", Actor.Command, Cancellation));

        for (var flow = 0; flow < 2; flow++)
        {
            using var guesser = gateway.NewBrowser();
            var asked = await ada.GivePasswordAsync(guesser);
            for (var guess = 1; guess < 5; guess++)
                Assert.Equal(HttpStatusCode.Unauthorized, (await guesser.SubmitAsync(asked, ("code", "aaaa-bbbb-cccc-dddd"))).Status);
            Assert.Contains("stopped", (await guesser.SubmitAsync(asked, ("code", "aaaa-bbbb-cccc-dddd"))).Text("error"), StringComparison.Ordinal);
            var late = await guesser.SubmitAsync(asked, ("code", reset.Code.ToGroups()));
            Assert.StartsWith("/_mfa/sign-in", late.Location, StringComparison.Ordinal);
        }

        using var owner = gateway.NewBrowser();
        var page = await ada.GivePasswordAsync(owner);
        var refused = await owner.SubmitAsync(page, ("code", reset.Code.ToGroups()));
        Assert.Equal((HttpStatusCode.TooManyRequests, "900"), (refused.Status, refused.Header("Retry-After")));
        gateway.Time.Advance(TimeSpan.FromMinutes(15));
        page = await ada.GivePasswordAsync(owner);
        Assert.StartsWith("/_mfa/enroll/totp", (await owner.SubmitAsync(page, ("code", reset.Code.ToGroups()))).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_opens_nothing_and_nobody_is_told_to_come_back_in_the_past()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Attempts:PerAddress:Count", "3"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        await GuessAsync(gateway, ada, 4);
        await GuessAsync(gateway, ada, 4);
        for (var guess = 0; guess < 2; guess++)
            await browser.SubmitAsync(asked, ("code", ada.WrongCode));
        await GuessPasswordsAsync(gateway, 3);

        foreach (var (back, code, password) in ((int, string, string)[])[(0, "900", "60"), (30, "930", "90"), (3600, "4530", "3690")])
        {
            gateway.Time.SetBack(TimeSpan.FromSeconds(back));
            Assert.Equal(code, (await browser.SubmitAsync(asked, ("code", ada.CurrentCode))).Header("Retry-After"));
            var form = await browser.GetAsync("/_mfa/sign-in");
            var refused = await browser.SubmitAsync(form, ("username", "nobody"), ("password", Wrong));
            Assert.Equal((HttpStatusCode.TooManyRequests, password), (refused.Status, refused.Header("Retry-After")));
        }
    }

    [Fact]
    public async Task Unknown_browsers_are_shut_out_after_so_many_wrong_passwords_in_a_row_until_the_owner_or_an_administrator_opens()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Attempts:Password:InARow", "10")
            .With("MfaGateway:Attempts:Password:Count", "1000")
            .With("MfaGateway:Attempts:PerAddress:Count", "1000")
            .Route("app", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var owner = gateway.NewBrowser();
        await ada.GivePasswordAsync(owner);

        await GuessPasswordsAsync(gateway, 10);
        gateway.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(HttpStatusCode.Unauthorized, (await GivePasswordAsync(ada, gateway.NewBrowser())).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await GivePasswordAsync(ada, owner)).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await GivePasswordAsync(ada, gateway.NewBrowser())).Status);

        await GuessPasswordsAsync(gateway, 10);
        Assert.Null(Assert.Single(await LocksAsync(gateway, ada)).Until);
        await UnlockAsync(gateway, ada);
        Assert.Equal(HttpStatusCode.SeeOther, (await GivePasswordAsync(ada, gateway.NewBrowser())).Status);
    }

    [Fact]
    public async Task An_owner_on_a_new_browser_waits_a_quarter_of_an_hour_after_a_stranger_and_not_a_minute_longer()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Attempts:PerAddress:Count", "1000"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        await GuessPasswordsAsync(gateway, 10);
        for (var minute = 0; minute < 3; minute++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await GivePasswordAsync(ada, browser)).Status);
            await GuessPasswordsAsync(gateway, 1); // being refused moves no end
            gateway.Time.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.Equal(HttpStatusCode.SeeOther, (await GivePasswordAsync(ada, browser)).Status);
    }

    [Fact]
    public async Task Wrong_passwords_of_a_stranger_do_not_lock_out_a_browser_that_the_account_knows()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Attempts:Password:Count", "3")
            .With("MfaGateway:Attempts:PerAddress:Count", "1000")
            .Route("app", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var owner = gateway.NewBrowser();
        await ada.GivePasswordAsync(owner);
        await owner.SubmitAsync(await owner.GetAsync("/_mfa/sign-out"));

        await GuessPasswordsAsync(gateway, 6);

        Assert.Equal(HttpStatusCode.Unauthorized, (await GivePasswordAsync(ada, gateway.NewBrowser())).Status);
        Assert.Equal("hello from upstream", (await ada.GivePasswordAsync(owner)).Body);
    }

    [Fact]
    public async Task A_stolen_laptop_closes_its_own_counter_and_nobody_else_s()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Attempts:KnownBrowser:Count", "3")
            .Route("app", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var laptop = gateway.NewBrowser();
        await ada.GivePasswordAsync(laptop);
        using var phone = gateway.NewBrowser();
        await ada.GivePasswordAsync(phone);

        var form = await laptop.OpenAsync("/_mfa/sign-in");
        for (var guess = 0; guess < 3; guess++)
            await laptop.SubmitAsync(form, ("username", "ada"), ("password", Wrong));

        var refused = await GivePasswordAsync(ada, laptop);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Contains("in this browser", refused.Text("error"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await GivePasswordAsync(ada, phone)).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await GivePasswordAsync(ada, gateway.NewBrowser())).Status);
    }

    [Fact]
    public async Task A_browser_that_one_account_knows_is_a_stranger_to_every_other_and_so_is_a_made_up_one()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Attempts:Password:Count", "3")
            .Route("app", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync("ada");
        var eve = await gateway.AddPersonAsync("eve");
        using var eves = gateway.NewBrowser();
        await eve.GivePasswordAsync(eves);
        await GuessPasswordsAsync(gateway, 3);

        Assert.Equal(HttpStatusCode.Unauthorized, (await GivePasswordAsync(ada, eves)).Status);
        using var liar = gateway.NewBrowser();
        liar.Cookies["mfa_browser"] = Core.Storage.SecretToken.New().Reveal();
        Assert.Equal(HttpStatusCode.Unauthorized, (await GivePasswordAsync(ada, liar)).Status);
    }

    /// <summary>Wrong codes in a flow of their own, by somebody who knows the password.</summary>
    private static async Task GuessAsync(GatewayUnderTest gateway, TestPerson person, int times)
    {
        using var browser = gateway.NewBrowser();
        var asked = await person.GivePasswordAsync(browser);
        for (var guess = 0; guess < times; guess++)
            Assert.NotEqual(HttpStatusCode.SeeOther, (await browser.SubmitAsync(asked, ("code", person.WrongCode))).Status);
    }

    private static async Task GuessPasswordsAsync(GatewayUnderTest gateway, int times)
    {
        using var stranger = gateway.NewBrowser();
        var form = await stranger.OpenAsync("/_mfa/sign-in");
        for (var guess = 0; guess < times; guess++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SubmitAsync(form, ("username", "ada"), ("password", Wrong))).Status);
    }

    private static async Task SignInAfterSlipsAsync(GatewayUnderTest gateway, TestPerson person, int wrongCodes, int wrongRecoveryCodes)
    {
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        using var browser = gateway.NewBrowser();
        var asked = await person.GivePasswordAsync(browser);
        for (var slip = 0; slip < wrongCodes; slip++)
            await browser.SubmitAsync(asked, ("code", person.WrongCode));
        for (var slip = 0; slip < wrongRecoveryCodes; slip++)
            await browser.SubmitAsync(AsRecovery(asked), ("code", "aaaa-bbbb-cccc-dddd"));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(asked, ("code", person.CurrentCode))).Status);
    }

    /// <summary>How many mails tell of wrong codes, once one has come that was sent after all of them.</summary>
    private static async Task<int> CountMailsAsync(GatewayUnderTest gateway, TestPerson person)
    {
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        var account = await gateway.Get<AccountStore>().FindAsync(person.AccountId, Cancellation);
        await gateway.Get<Notices>().TellAsync(new(NoticeKind.RecoveryCodesMade, account!, gateway.Time.GetUtcNow(), ClientAddress: null), Cancellation);
        while (!(await gateway.Mail.NextAsync()).Subject.StartsWith("New recovery codes", StringComparison.Ordinal))
        {
            // One of before.
        }

        return gateway.Mail.All().Count(mail => mail.Subject.StartsWith("Wrong codes", StringComparison.Ordinal));
    }

    private static async Task SuspendAsync(GatewayUnderTest gateway, TestPerson person)
    {
        for (var day = 0; day < 10; day++)
        {
            gateway.Time.Advance(TimeSpan.FromDays(1));
            await GuessAsync(gateway, person, 10);
        }

        Assert.Contains(await LocksAsync(gateway, person), one => one.Limit == AttemptLimit.CodesInARow && one.Until is null);
    }

    /// <summary>Gives the password and the right code.</summary>
    private static async Task<Visit> AnswerAsync(GatewayUnderTest gateway, TestPerson person)
    {
        using var browser = gateway.NewBrowser();
        return await browser.SubmitAsync(await person.GivePasswordAsync(browser), ("code", person.CurrentCode));
    }

    /// <summary>Gives the right password, and goes nowhere.</summary>
    private static async Task<Visit> GivePasswordAsync(TestPerson person, Browser browser)
    {
        var form = await browser.GetAsync("/_mfa/sign-in");
        return await browser.SubmitAsync(form, ("username", person.UserName), ("password", person.Password));
    }

    private static async Task<string> GiveRecoveryCodeAsync(GatewayUnderTest gateway, TestPerson person)
    {
        var code = RecoveryCode.Generate();
        var salt = RecoveryCodeHash.NewSalt();
        await gateway.Get<RecoveryCodeStore>().ReplaceAllAsync(
            person.AccountId, new(salt, [RecoveryCodeHash.Create(code, salt)]), gateway.Time.GetUtcNow(), Cancellation);
        return code.ToGroups();
    }

    private static async Task UnlockAsync(GatewayUnderTest gateway, TestPerson person)
    {
        var administration = gateway.Get<AdministrationService>();
        var account = await administration.FindAsync(person.AccountId, Cancellation);
        Assert.Equal(AccountChange.Done, await administration.UnlockAsync(account!, Actor.Command, Cancellation));
    }

    private static Task<IReadOnlyList<AccountLock>> LocksAsync(GatewayUnderTest gateway, TestPerson person) =>
        gateway.Get<AttemptStore>().FindLocksAsync(person.AccountId, gateway.Time.GetUtcNow(), Cancellation);

    private static Visit AsRecovery(Visit asked) => asked with { Url = "/_mfa/challenge/recovery-code" };
}
