using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Mail;
using MfaGateway.FunctionalTests.Verifiers;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;
using Xunit;

namespace MfaGateway.FunctionalTests.Mail;

/// <summary>What mails say, in every language, to whomever.</summary>
public sealed partial class MailTextTests
{
    private const string Origin = "https://apps.localhost";
    private const string Link = $"{Origin}/_mfa/link?token=0123456789abcdefghijklmnopqrstuvwxyz0123456&more=1";

    // Whatever looks like a place that was not filled in, a value that was not there, or a phrase without its words.
    [GeneratedRegex(@"\{\{|\}\}|\bnull\b|\(\)|  \S+:\s*\n|\bat \.|（）|^ *[.,:]", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hole();

    public static TheoryData<string> Languages { get; } =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "config", "mail"), "*.json").Select(file => Path.GetFileNameWithoutExtension(file))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void English_german_french_spanish_and_japanese_ship_with_the_program() =>
        Assert.Superset(new HashSet<string> { "en", "de", "fr", "es", "ja" }, Languages.Select(row => row.Data).ToHashSet());

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Every_mail_is_whole_in_every_language_with_links_and_without(string language)
    {
        foreach (var rich in (bool[])[true, false])
        {
            await using var gateway = await StartAsync(setup =>
            {
                if (rich)
                    setup.With("MfaGateway:PublicOrigin", Origin).With("MfaGateway:Contact", "the help desk, extension 4711");
            });
            foreach (var kind in Enum.GetValues<NoticeKind>())
                AssertWhole(await SendAsync(gateway, kind, language, rich), kind, language, rich);
        }
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task No_mail_is_left_in_another_language(string language)
    {
        await using var gateway = await StartAsync();
        foreach (var kind in Enum.GetValues<NoticeKind>().Where(_ => language != "en"))
        {
            var (own, english) = (await SendAsync(gateway, kind, language), await SendAsync(gateway, kind, "en"));
            Assert.NotEqual(english.Subject, own.Subject);
            Assert.Empty(ParagraphsOf(own).Intersect(ParagraphsOf(english), StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("de-AT,en", "Guten Tag")]
    [InlineData("pl,fr-CH,de", "Bonjour")]
    [InlineData("JA", "様")]
    [InlineData("pl", "Hola")] // what the site speaks
    [InlineData(null, "Hola")]
    public async Task A_mail_speaks_the_readers_language_or_the_sites(string? wanted, string greeting)
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:Mail:Language", "es"));

        var mail = await SendAsync(gateway, NoticeKind.PasswordChanged, wanted);

        Assert.Contains(greeting, mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browsers_language_is_that_of_the_mail_it_causes_and_a_warnings_is_not_a_strangers_choice()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:Attempts:PerAccount:NoticeAt", "1"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var stranger = gateway.NewBrowser();
        stranger.Languages = "ja";
        await stranger.SubmitAsync(await ada.GivePasswordAsync(stranger), ("code", ada.WrongCode));
        Assert.StartsWith("Hello ada,", (await gateway.Mail.NextAsync()).Text, StringComparison.Ordinal);

        gateway.Time.Advance(TimeSpan.FromMinutes(2));
        using var browser = gateway.NewBrowser();
        browser.Languages = "pl;q=0.5, de-CH, en;q=0.7, *;q=0.1";
        await ada.SignInAsync(browser);
        await browser.SubmitAsync(await browser.OpenAsync("/_mfa/account/password"), ("currentPassword", ada.Password), ("newPassword", "orange kettle walks slowly"));
        Assert.StartsWith("Guten Tag ada,", (await gateway.Mail.NextAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warnings_and_what_administrators_do_speak_the_language_of_the_persons_last_sign_in()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:Attempts:PerAccount:NoticeAt", "1"));
        var root = await (await gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        browser.Languages = "de-DE-x-0123456, tlh, ja;q=0.1";
        await ada.SignInAsync(browser);
        // Nothing of what a browser said is kept but which of the languages that there are it wants.
        Assert.Equal("de,ja", (await gateway.Get<AccountStore>().FindAsync(ada.AccountId, Cancellation))!.Languages);

        using var stranger = gateway.NewBrowser();
        stranger.Languages = "ja";
        await stranger.SubmitAsync(await ada.GivePasswordAsync(stranger), ("code", ada.WrongCode));
        Assert.StartsWith("Guten Tag ada,", (await gateway.Mail.NextAsync("ada@example.org")).Text, StringComparison.Ordinal);

        using var office = gateway.NewBrowser();
        office.Languages = "ja";
        await root.SignInAsync(office, "/_mfa/admin");
        await office.SubmitAsync(await office.GetAsync($"/_mfa/admin/people/{ada.AccountId}/edit"), ("email", "ada@example.com"));
        Assert.StartsWith("Guten Tag ada,", (await gateway.Mail.NextAsync("ada@example.com")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ja", "fr", "様")]
    [InlineData("tlh, *", "fr", "Bonjour")]
    [InlineData(null, "fr", "Bonjour")]
    [InlineData("tlh", null, "Hello")]
    public async Task Who_asks_for_a_mail_gets_it_as_the_browser_wishes_or_else_as_at_the_last_sign_in(string? wished, string? known, string greeting)
    {
        await using var gateway = await StartAsync(setup =>
        {
            setup.Https = true;
            setup.With("MfaGateway:PublicOrigin", Origin);
        });
        var ada = await gateway.AddPersonAsync();
        await gateway.Get<AccountStore>().RecordSignInAsync(ada.AccountId, gateway.Time.GetUtcNow(), known, Cancellation);
        using var browser = gateway.NewBrowser();
        browser.Host = new Uri(Origin).Host;
        browser.Languages = wished;

        await browser.SubmitAsync(await browser.GetAsync("/_mfa/reset-password"), ("email", "ada@example.org"));

        Assert.Contains(greeting, (await gateway.Mail.NextAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_people_are_called_is_text_in_html()
    {
        const string Name = "<img src=x onerror=alert(1)> & \"Ada\" {{contact}}";
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:SiteName", "A <b>bold</b> & 'quoted' site"));

        var mail = await SendAsync(gateway, NoticeKind.AuthenticatorAdded, "en", name: Name, detail: "</td><script>alert(1)</script>");

        Assert.Contains($"Hello {Name},", mail.Sentences, StringComparison.Ordinal);
        var html = new HtmlParser().ParseDocument(mail.Html!);
        Assert.Empty(html.QuerySelectorAll("img, script, b"));
        Assert.Contains($"Hello {Name},", html.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("</td><script>alert(1)</script>", html.Body.TextContent, StringComparison.Ordinal);
        Assert.Contains("A <b>bold</b> & 'quoted' site", html.Body.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_elsewhere_and_a_code_in_a_subject_are_in_no_mail()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:PublicOrigin", Origin));
        var request = RequestOf("en", "Ada", gateway);
        await KeepAsync(gateway, gateway.Get<Mails>().PasswordReset(request, "https://apps.localhost.evil.example/x", request.At.AddMinutes(30)));

        var mail = await gateway.Mail.NextAsync();
        Assert.DoesNotContain("evil", mail.Text + mail.Html, StringComparison.Ordinal);

        var code = await SendAsync(gateway, NoticeKind.MagicCode, "en", rich: true);
        Assert.DoesNotContain("907142", code.Subject, StringComparison.Ordinal);
        Assert.Contains("\n    907142\n", code.Text, StringComparison.Ordinal);
        Assert.Contains("number 2 of 3", code.Sentences, StringComparison.Ordinal);
        Assert.Contains("for 10 minutes (until 2 March 2026, 09:10:00 UTC)", code.Sentences, StringComparison.Ordinal);
        Assert.Equal(Link, new HtmlParser().ParseDocument(code.Html!).QuerySelector("a")!.GetAttribute("href"));
    }

    private static void AssertWhole(ReceivedMail mail, NoticeKind kind, string language, bool rich)
    {
        var where = $"{kind} in {language}, {(rich ? "rich" : "bare")}:\n{mail.Subject}\n{mail.Text}";
        Assert.False(Hole().IsMatch(mail.Subject) || Hole().IsMatch(mail.Text), where);
        Assert.Contains("Orbital Works", mail.Subject, StringComparison.Ordinal);
        var html = new HtmlParser(new HtmlParserOptions { IsStrictMode = true }).ParseDocument(mail.Html!);
        Assert.Equal(language, html.DocumentElement.GetAttribute("lang"));
        Assert.Equal(mail.Subject, html.Title);
        Assert.DoesNotContain("{{", mail.Html!, StringComparison.Ordinal);
        Assert.All(html.QuerySelectorAll("p, td, a"), element => Assert.False(string.IsNullOrWhiteSpace(element.TextContent), where));
        // Both say the same: every paragraph and every fact of the one is in the other.
        var read = Blanks().Replace(html.Body!.TextContent, " ");
        Assert.All(ParagraphsOf(mail).Where(paragraph => !paragraph.StartsWith("  ", StringComparison.Ordinal)), paragraph =>
            Assert.Contains(Blanks().Replace(paragraph, " ").TrimEnd(':'), Blanks().Replace(read, " "), StringComparison.Ordinal));
        var hasLink = rich && kind is NoticeKind.MagicCode or NoticeKind.PasswordReset or NoticeKind.InvitedToSignIn && rich;
        Assert.Equal(hasLink, mail.Text.Contains(Link, StringComparison.Ordinal));
        Assert.Equal(hasLink ? Link : null, html.QuerySelector("a")?.GetAttribute("href"));
        Assert.Equal(kind == NoticeKind.MagicCode, read.Contains("907142", StringComparison.Ordinal));
        Assert.Equal(rich, mail.Text.Contains("extension 4711", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();

    // Without those that hold nothing but names, addresses and times.
    private static IEnumerable<string> ParagraphsOf(ReceivedMail mail) =>
        mail.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Where(paragraph => !paragraph.StartsWith("  ", StringComparison.Ordinal) && !paragraph.Contains(Link, StringComparison.Ordinal))
            .Select(paragraph => paragraph.Replace('\n', ' ').Trim());

    private static Task<GatewayUnderTest> StartAsync(Action<GatewaySetup>? configure = null) => GatewayUnderTest.StartAsync(setup =>
    {
        setup.With("MfaGateway:SiteName", "Orbital Works");
        configure?.Invoke(setup);
    });

    private static MailRequest RequestOf(string? languages, string name, GatewayUnderTest gateway, bool rich = true) => new(
        "0123456789abcdef0123456789abcdef", "ada@example.org", "ada", name, gateway.Time.GetUtcNow(), rich ? "192.0.2.7" : null)
    { Languages = languages };

    private static async Task<ReceivedMail> SendAsync(
        GatewayUnderTest gateway, NoticeKind kind, string? languages, bool rich = true, string name = "Ada", string? detail = null)
    {
        var (request, mails) = (RequestOf(languages, name, gateway, rich), gateway.Get<Mails>());
        var account = new Account(request.AccountId, "ada", request.To, name, [], false, DateTimeOffset.UnixEpoch, null);
        var notice = new Notice(kind, account, request.At, request.ClientAddress) { Languages = languages, Detail = detail ?? DetailOf(kind, rich) };
        await KeepAsync(gateway, kind switch
        {
            NoticeKind.MagicCode => mails.MagicCode(request, "907142", rich ? Link : null, 2, 3, request.At.AddMinutes(10)),
            NoticeKind.PasswordReset => mails.PasswordReset(request, Link, request.At.AddMinutes(30)),
            NoticeKind.InvitedToSignIn => mails.InvitedToSignIn(request, Link, request.At.AddDays(3)),
            _ => Assert.Single(gateway.Get<Notices>().Prepare(notice)),
        });
        return await gateway.Mail.NextAsync();
    }

    private static string? DetailOf(NoticeKind kind, bool rich) =>
        !rich ? null : kind is NoticeKind.MagicCodesOn or NoticeKind.MagicCodesOff ? Notice.ByAdministrator : "Something";

    private static async Task KeepAsync(GatewayUnderTest gateway, OutboxMail mail)
    {
        await gateway.Get<MailOutbox>().EnqueueAsync([mail], Cancellation);
        gateway.Get<MailSignal>().Raise();
    }
}
