using System.Text.Json;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Mail;
using MfaGateway.FunctionalTests.Verifiers;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Mail;

/// <summary>The files that are dropped: their form, their names, and what somebody's choice of words can't do to them.</summary>
public sealed class MailFormatTests : IAsyncLifetime
{
    private const string Link = "https://apps.example.org/_mfa/invitation?token=0123456789abcdefghijklmnopqrstuvwxyz0123456";

    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayUnderTest.StartAsync(setup => setup
        .With("MfaGateway:PublicOrigin", "https://apps.example.org")
        .With("MfaGateway:SiteName", "Zeiß & Söhne, 光学"));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("Ada")]
    [InlineData("Ada King, Countess of \"Lovelace\"")]
    [InlineData("Jörg Müller-Lüdenscheidt")]
    [InlineData("山田 太郎")]
    [InlineData("=?utf-8?B?RXZl?= <eve@example.com>")]
    [InlineData("=?utf-8?B?RXZl?=")]
    [InlineData("a,b;c:<d@example.com>")]
    [InlineData("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦")]
    [InlineData("two  blanks  in  a  row")]
    [InlineData("Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft")]
    [InlineData("Don't & co. #1 + {2} ~ 3/4 = ok?")]
    [InlineData("a name of plain words that goes on and on until it has to be continued on the next line or even on the one after that")]
    public async Task A_name_arrives_as_it_is_and_the_mail_goes_to_its_person_alone(string displayName)
    {
        var mail = await SendAsync(NewAccount(displayName));

        Assert.Equal((displayName, "ada@example.org"), (mail.ToName, mail.ToAddress));
        Assert.Equal(("Zeiß & Söhne, 光学", "no-reply@apps.example.org"), (mail.FromName, mail.FromAddress));
        Assert.Equal("The password of your account at Zeiß & Söhne, 光学 was changed", mail.Subject);
        AssertFields(mail);
    }

    [Theory]
    [InlineData("Ada\r\nBcc: eve@example.com")]
    [InlineData("Ada\nBcc: eve@example.com")]
    [InlineData("Ada\r\n\r\nA body of my own")]
    [InlineData("Ada\u0085Bcc: eve@example.com")]
    [InlineData("Ada\0")]
    public async Task A_name_that_would_begin_another_field_is_never_written(string displayName)
    {
        await TellAsync(NewAccount(displayName));

        await Eventually.IsAsync(async () => await CountAsync() == new UndeliveredMail(0, 1));
        Assert.Empty(_gateway.Mail.All());
    }

    [Theory]
    [InlineData("ada@example.org\r\nBcc: eve@example.com")]
    [InlineData("ada@example.org, eve@example.com")]
    [InlineData("ada@example.org>, <eve@example.com")]
    [InlineData("")]
    public async Task What_is_not_one_plain_address_gets_no_mail_and_stops_no_other(string address)
    {
        await TellAsync(NewAccount("Ada") with { Email = address }, alsoTo: "old@example.org");

        await _gateway.Mail.NextAsync("old@example.org");
        await Eventually.IsAsync(async () => await CountAsync() == new UndeliveredMail(0, 1));
        Assert.Single(_gateway.Mail.All());
    }

    [Fact]
    public async Task What_somebody_calls_a_device_makes_no_lines_in_the_text()
    {
        var mail = await SendAsync(NewAccount("Ada"), NoticeKind.AuthenticatorAdded, "Phone\n\nCall 0190 123456 now");

        Assert.Contains("\n  Device:   Phone  Call 0190 123456 now\n", mail.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ä.F=")]
    [InlineData(".")]
    [InlineData("Far. From here ")]
    [InlineData("👩‍👧 = ")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public async Task Text_arrives_letter_by_letter_however_it_has_to_be_encoded(string piece)
    {
        for (var count = 1; count <= 40; count += 3)
        {
            var reason = string.Concat(Enumerable.Repeat(piece, count)).Trim();
            var mail = await SendAsync(NewAccount("Ada"), NoticeKind.SecondFactorReset, reason);

            Assert.Contains($"\n  Reason:   {reason}\n", mail.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_mail_that_was_put_into_anothers_place_in_the_store_goes_to_nobody()
    {
        var now = _gateway.Time.GetUtcNow();
        var notices = _gateway.Get<Notices>();
        var ada = Assert.Single(notices.Prepare(new(NoticeKind.InvitedToSignIn, NewAccount("Ada"), now, null) { Detail = Link }));
        var eve = Assert.Single(notices.Prepare(new(NoticeKind.PasswordChanged, NewAccount("Eve") with { Id = "eve", Email = "eve@example.org" }, now, null)));

        await _gateway.Get<MailOutbox>().EnqueueAsync([eve with { ProtectedContent = ada.ProtectedContent }], TestContext.Current.CancellationToken);
        _gateway.Time.Advance(TimeSpan.FromSeconds(1)); // the one that waits longer is tried first
        await SendAsync(NewAccount("Bob") with { Email = "bob@example.org" });

        Assert.Single(_gateway.Mail.All());
        await Eventually.IsAsync(async () => await CountAsync() == new UndeliveredMail(1, 0));
    }

    [Fact]
    public async Task An_invitation_holds_its_link_whole_and_no_link_to_elsewhere()
    {
        var mail = await SendAsync(NewAccount("Ada"), NoticeKind.InvitedToSignIn, Link);
        Assert.Contains(Link, mail.Text.Split((char[])[' ', '\n']));

        foreach (var other in (string[])["https://evil.example/", "https://apps.example.org.evil.example/", "http://apps.example.org/"])
        {
            mail = await SendAsync(NewAccount("Ada"), NoticeKind.InvitedToSignIn, other);
            Assert.DoesNotContain(other, mail.Text, StringComparison.Ordinal);
            Assert.Contains("Ask the person who invited you", mail.Text.ReplaceLineEndings(" "), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Links_lead_to_the_configured_origin()
    {
        var mail = await SendAsync(NewAccount("Ada"), NoticeKind.RecoveryCodeUsed);

        Assert.Contains("https://apps.example.org/_mfa/account", mail.Text.Split((char[])[' ', '\n']));
    }

    [Fact]
    public async Task A_link_waits_in_the_store_encrypted()
    {
        // In the way of the directory: the mail stays where it is.
        await File.WriteAllTextAsync(_gateway.Mail.Path, "");
        var notices = _gateway.Get<Notices>();
        var prepared = notices.Prepare(new(NoticeKind.InvitedToSignIn, NewAccount("Ada"), _gateway.Time.GetUtcNow(), null) { Detail = Link });
        await _gateway.Get<MailOutbox>().EnqueueAsync(prepared, TestContext.Current.CancellationToken);

        foreach (var file in StoreFiles.In(Path.GetDirectoryName(_gateway.Mail.Path)!))
        {
            await using var opened = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(opened, System.Text.Encoding.Latin1);
            var bytes = await reader.ReadToEndAsync();
            Assert.DoesNotContain("0123456789abcdefghijklmnopqrstuvwxyz", bytes, StringComparison.Ordinal);
            Assert.DoesNotContain("ada@example.org", bytes, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Files_and_directory_are_their_owners_alone_and_names_tell_when()
    {
        var mail = await SendAsync(NewAccount("Ada"));

        Assert.Matches(@"\A20260302T090000Z-[0-9a-f]{32}\.eml\z", Path.GetFileName(mail.File));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(mail.File));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_gateway.Mail.Path));
        }

        Assert.Equal([mail.File], Directory.GetFiles(_gateway.Mail.Path)); // nothing unfinished is left
        Assert.Contains(Path.GetFileNameWithoutExtension(mail.File)[17..] + "@apps.example.org", mail.MessageId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_read_the_same()
    {
        const string Script =
            """
            import email, email.policy, json, sys
            mail = email.message_from_bytes(open(sys.argv[1], 'rb').read(), policy=email.policy.strict)
            to = mail['To'].addresses
            print(json.dumps({'subject': str(mail['Subject']), 'to': [[one.display_name, one.addr_spec] for one in to],
              'from': mail['From'].addresses[0].addr_spec, 'date': mail['Date'].datetime.isoformat(),
              'type': mail.get_content_type(), 'text': mail.get_body(('plain',)).get_content(), 'html': mail.get_body(('html',)).get_content(),
              'defects': [str(defect) for part in mail.walk() for defect in part.defects]}))
            """;
        var python = ExternalProgram.Require("python3", "/usr/bin/python3");
        var mail = await SendAsync(NewAccount("Jörg \"山田\" Müller"), NoticeKind.AuthenticatorAdded, "Telefon für unterwegs");

        var outcome = await ExternalProgram.RunAsync(python, ["-c", Script, mail.File], string.Empty);

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        using var read = JsonDocument.Parse(outcome.Output);
        var root = read.RootElement;
        Assert.Equal("An authenticator was added to your account at Zeiß & Söhne, 光学", root.GetProperty("subject").GetString());
        Assert.Equal("""[["Jörg \"山田\" Müller","ada@example.org"]]""", JsonSerializer.Serialize(root.GetProperty("to"), Readable));
        Assert.Equal("no-reply@apps.example.org", root.GetProperty("from").GetString());
        Assert.Equal("2026-03-02T09:00:00+00:00", root.GetProperty("date").GetString());
        Assert.Equal("multipart/alternative", root.GetProperty("type").GetString());
        Assert.Equal(mail.Text, root.GetProperty("text").GetString()!.ReplaceLineEndings("\n"));
        Assert.Equal(mail.Html, root.GetProperty("html").GetString()!.ReplaceLineEndings("\n"));
        Assert.Contains("Telefon für unterwegs", mail.Text, StringComparison.Ordinal);
        Assert.Equal("[]", root.GetProperty("defects").ToString());
    }

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static void AssertFields(ReceivedMail mail) => Assert.Equal(
        ["Date", "From", "To", "Message-ID", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"],
        mail.FieldNames);

    private Account NewAccount(string displayName) => new(
        "0123456789abcdef0123456789abcdef", "ada", "ada@example.org", displayName, [], false, _gateway.Time.GetUtcNow(), null);

    private async Task<ReceivedMail> SendAsync(Account account, NoticeKind kind = NoticeKind.PasswordChanged, string? detail = null)
    {
        await TellAsync(account, kind, detail);
        return await _gateway.Mail.NextAsync(account.Email);
    }

    private Task TellAsync(Account account, NoticeKind kind = NoticeKind.PasswordChanged, string? detail = null, string? alsoTo = null) =>
        _gateway.Get<Notices>().TellAsync(
            new(kind, account, _gateway.Time.GetUtcNow(), "192.0.2.7") { Detail = detail, AlsoTo = alsoTo },
            TestContext.Current.CancellationToken);

    private Task<UndeliveredMail> CountAsync() => _gateway.Get<MailOutbox>().CountUndeliveredAsync(TestContext.Current.CancellationToken);
}
