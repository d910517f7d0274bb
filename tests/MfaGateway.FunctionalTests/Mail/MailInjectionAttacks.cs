using System.Net;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;
using Xunit;

namespace MfaGateway.FunctionalTests.Mail;

/// <summary>Whoever types anything anywhere adds no field to a mail, sends it to nobody else, and writes no text of their own above ours.</summary>
public sealed class MailInjectionAttacks : IDisposable
{
    private const string Host = "apps.example.org";

    /// <summary>ada@example.org has an account, and whoever has an address at example.com may make one.</summary>
    private static readonly string[] Addresses =
    [
        "ada@example.org\r\nBcc: eve@evil.example",
        "ada@example.org\nCc: eve@evil.example",
        "ada@example.org\rTo: eve@evil.example",
        "ada@example.org\r\n\r\nA body of my own",
        "ada@example.org\r\n.\r\nRCPT TO:<eve@evil.example>",
        "ada@example.org,eve@evil.example",
        "ada@example.org;eve@evil.example",
        "ada@example.org eve@evil.example",
        "ada@example.org>, <eve@evil.example",
        "ada@example.org\u2028Bcc: eve@evil.example",
        "ada@example.org%0d%0aBcc:eve@evil.example",
        "Ada <ada@example.org>",
        "\"eve@evil.example\" <ada@example.org>",
        "\"eve@evil.example>,\"@example.com",
        "=?utf-8?q?eve=40evil.example=3e=00?=@example.com",
        "=?x?q?=65=76=65=40evil.example=3e=20?=@example.com",
        "eve@evil.example@example.com",
        "eve@evil.example\0@example.com",
        "eve@evil.example(@example.com",
        "@evil.example:eve@example.com",
        "eve\uff20evil.example@example.com",
        "ada@xn--example.org\r\n",
    ];

    private static readonly string[] Refused =
    [
        "Ada\r\nBcc: eve@evil.example",
        "Ada\nBcc: eve@evil.example",
        "Ada\rBcc: eve@evil.example",
        "Ada\r\n\r\nA body of my own",
        "Ada\u0085Bcc: eve@evil.example",
        "Ada\u2028Bcc: eve@evil.example",
        "Ada\0Bcc: eve@evil.example",
    ];

    private static readonly string[] Odd =
    [
        "Eve <eve@evil.example>, Mallory",
        "Ada\" <eve@evil.example>, \"Mallory",
        "\"Ada\"",
        "Ada\\\" <eve@evil.example>, \\\"Mallory\\",
        "=?utf-8?B?RXZl?= <eve@evil.example>",
        "=?utf-8?Q?Ada=0D=0ABcc:_eve=40evil.example?=",
        "Bcc: eve@evil.example",
        "Ada%0d%0aBcc: eve@evil.example",
        "Ada\\r\\nBcc: eve@evil.example",
        "(eve@evil.example)",
        "--=_0123456789abcdef0123456789abcdef",
    ];

    private static readonly string[] Fields = ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"];

    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stranger_who_types_more_than_an_address_has_no_mail_sent_to_anybody(bool smtp)
    {
        await using var post = await PostOffice.OpenAsync(smtp);
        await using var gateway = await StartAsync(post, setup => setup
            .With("MfaGateway:MagicCode:Enabled", "true").With("MfaGateway:MagicCode:Registration:0", "example.com")
            .With("MfaGateway:Attempts:MailSends:RequestsPerHour", "1000").With("MfaGateway:Attempts:MailSends:PerAddressPerHour", "1000"));
        await gateway.AddPersonAsync();

        foreach (var typed in Addresses)
        {
            using var browser = NewBrowser(gateway);
            await browser.SubmitAsync(await browser.GetAsync("/_mfa/reset-password"), ("email", typed));
            await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-in/code?returnUrl=%2F"), ("email", typed));
        }

        using var bob = NewBrowser(gateway);
        var asked = await bob.SubmitAsync(await bob.GetAsync("/_mfa/sign-in/code?returnUrl=%2F"), ("email", "bob@example.com"));
        Assert.Equal(HttpStatusCode.SeeOther, asked.Status);
        var mail = await post.NextAsync(gateway);
        AssertWhole(mail, "bob@example.com");
        Assert.Equal(["bob@example.com"], await post.RecipientsAsync(gateway));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_an_administrator_calls_people_the_mail_goes_to_their_address_alone(bool smtp)
    {
        await using var post = await PostOffice.OpenAsync(smtp);
        await using var gateway = await StartAsync(post);
        var root = await (await gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        using var office = NewBrowser(gateway);
        await root.SignInAsync(office, "/_mfa/admin");
        foreach (var (email, name) in Addresses.Select(address => (address, "Bob")).Concat(Refused.Select(name => ("bob@example.com", name))))
            Assert.Equal(HttpStatusCode.BadRequest, (await InviteAsync(office, "bob", email, name)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await InviteAsync(office, "bob\r\nBcc: eve@evil.example", "bob@example.com", "Bob")).Status);

        foreach (var (name, number) in Odd.Select((name, number) => (name, number)))
        {
            Assert.Equal(HttpStatusCode.OK, (await InviteAsync(office, $"person{number}", $"person{number}@example.com", name)).Status);
            var mail = await post.NextAsync(gateway);
            AssertWhole(mail, $"person{number}@example.com");
            Assert.Equal(name, mail.ToName);
            Assert.Equal("You are invited to Orbital Works", mail.Subject);
        }

        Assert.Equal(Enumerable.Range(0, Odd.Length).Select(number => $"person{number}@example.com").Order(), (await post.RecipientsAsync(gateway)).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_people_call_their_devices_and_administrators_their_reasons_stays_on_its_line(bool smtp)
    {
        await using var post = await PostOffice.OpenAsync(smtp);
        await using var gateway = await StartAsync(post);
        var root = await (await gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        var ada = await gateway.AddPersonAsync();
        using var office = NewBrowser(gateway);
        await root.SignInAsync(office, "/_mfa/admin");

        foreach (var typed in (string[])[.. Refused, .. Odd])
        {
            var answer = await office.SubmitAsync(
                await office.GetAsync($"/_mfa/admin/people/{ada.AccountId}/reset"), ("reason", typed), ("confirm", "true"));
            Assert.Equal(Refused.Contains(typed) ? HttpStatusCode.BadRequest : HttpStatusCode.OK, answer.Status);
            if (answer.Status == HttpStatusCode.OK)
                AssertWhole(await post.NextAsync(gateway), "ada@example.org");
        }

        foreach (var (typed, number) in ((string[])[.. Refused, .. Odd]).Select((typed, number) => (typed, number)))
        {
            var person = await gateway.AddPersonAsync($"person{number}");
            using var phone = NewBrowser(gateway);
            var offer = await person.GivePasswordAsync(phone);
            Assert.True(Core.Factors.Totp.Base32.TryDecode(offer.Text("totp-secret"), out var secret));
            person.Secret = Core.Factors.Totp.TotpSecret.FromBytes(secret);
            var saved = await phone.SubmitAsync(offer, ("code", person.CurrentCode), ("name", typed));
            Assert.Equal(typed.Contains('\0', StringComparison.Ordinal) ? HttpStatusCode.BadRequest : HttpStatusCode.SeeOther, saved.Status);
            if (saved.Status == HttpStatusCode.SeeOther)
                AssertWhole(await post.NextAsync(gateway), $"person{number}@example.org");
        }
    }

    [Fact]
    public async Task Commands_take_no_address_and_no_name_that_is_more_than_that()
    {
        const string Password = "velvet tractor humming orbit";
        foreach (var address in Addresses.Where(address => !address.Contains('\0', StringComparison.Ordinal)).Take(8).Append("=?utf-8?q?eve=40evil.example=3e=00?=@example.com"))
        {
            Assert.Equal(1, (await _program.RunAsync(Password, ["users", "add", "bob", "--email", address, "--password-stdin"])).ExitCode);
        }

        Assert.Equal(1, (await _program.RunAsync(Password, ["users", "add", "bob", "--email", "bob@example.com", "--name", Refused[0], "--password-stdin"])).ExitCode);
        Assert.Equal(0, (await _program.RunAsync(Password, ["users", "add", "bob", "--email", "bob@example.com", "--name", Odd[0], "--password-stdin"])).ExitCode);
        const string Origin = $"--MfaGateway:PublicOrigin=https://{Host}";
        Assert.Equal(1, (await _program.RunAsync("users", "invite", "carol", "--email", Addresses[0], Origin)).ExitCode);
        Assert.Equal(1, (await _program.RunAsync("users", "invite", "carol", "--email", "carol@example.com", "--name", Refused[0], Origin)).ExitCode);
        Assert.Equal(1, (await _program.RunAsync("users", "edit", "bob", "--email", Addresses[5])).ExitCode);
        Assert.Equal(0, (await _program.RunAsync("users", "invite", "carol", "--email", "carol@example.com", "--name", Odd[1], Origin)).ExitCode);

        await using var gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Time = new ManualTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(5));
            setup.With("MfaGateway:DataDirectory", _program.PathOf("data")).With("MfaGateway:PublicOrigin", $"https://{Host}");
        });
        AssertWhole(await gateway.Mail.NextAsync(), "carol@example.com");
        Assert.Single(gateway.Mail.All());
    }

    [Theory]
    [InlineData("SiteName", "Orbital Works\r\nBcc: eve@evil.example")]
    [InlineData("Contact", "the help desk\r\nBcc: eve@evil.example")]
    [InlineData("Mail:From", "no-reply@example.org\r\nBcc: eve@evil.example")]
    [InlineData("Mail:From", "no-reply@example.org, eve@evil.example")]
    public async Task A_setting_that_would_begin_another_field_stops_the_start(string key, string value)
    {
        var result = await _program.RunAsync("config", "check", $"--MfaGateway:{key}={value}");

        Assert.Equal(78, result.ExitCode);
        Assert.StartsWith($"MfaGateway:{key} must be ", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    private static Task<GatewayUnderTest> StartAsync(PostOffice post, Action<GatewaySetup>? more = null) => GatewayUnderTest.StartAsync(setup =>
    {
        setup.Https = true;
        setup.With("MfaGateway:PublicOrigin", $"https://{Host}").With("MfaGateway:SiteName", "Orbital Works");
        post.Configure(setup);
        more?.Invoke(setup);
    });

    private static Browser NewBrowser(GatewayUnderTest gateway)
    {
        var browser = gateway.NewBrowser();
        browser.Host = Host;
        return browser;
    }

    private static async Task<Visit> InviteAsync(Browser office, string userName, string email, string name) =>
        await office.SubmitAsync(await office.GetAsync("/_mfa/admin/invite"), ("username", userName), ("email", email), ("name", name), ("groups", ""));

    /// <summary>Our fields and no others, each once; one recipient; nothing that began a line of its own.</summary>
    private static void AssertWhole(ReceivedMail mail, string recipient)
    {
        Assert.Equal(Fields, mail.FieldNames.Order(StringComparer.Ordinal));
        Assert.Equal(recipient, mail.ToAddress);
        Assert.DoesNotContain("evil.example", mail.FromName + mail.FromAddress, StringComparison.Ordinal);
        Assert.DoesNotContain(mail.Text.Split('\n'), line =>
            line.StartsWith("Bcc:", StringComparison.Ordinal) || line.StartsWith("A body of my own", StringComparison.Ordinal));
        Assert.NotNull(mail.Html);
    }
}
