using MfaGateway.FunctionalTests.Commands;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;
using Xunit;

namespace MfaGateway.FunctionalTests.Mail;

/// <summary>An operator's own words: they are taken, or the start says what is wrong with them.</summary>
public sealed class MailTemplateFaultTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    public MailTemplateFaultTests() => Directory.CreateDirectory(_program.PathOf("words"));

    private string Words => _program.PathOf("words");

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task What_an_operators_file_names_is_said_and_the_rest_stays()
    {
        _program.Write("words/en.json", """{ "phrases": { "noReply": "Write to {{contact}}." } /* that is all */ }""");
        _program.Write("words/mail.html", "<html lang={{language}}>{{what}}{{code}}{{link}}{{#facts}}{{/facts}}{{#advice}}<i>{{.}}</i>{{/advice}}</html>");
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Mail:TemplatesDirectory", Words)
            .With("MfaGateway:Contact", "help@example.org"));

        var mail = await SetPasswordAsync(gateway);

        Assert.EndsWith("\nWrite to help@example.org.\n", mail.Text, StringComparison.Ordinal);
        Assert.Contains("An administrator has set a new password", mail.Sentences, StringComparison.Ordinal);
        Assert.Contains("<i>If this was you, or you asked for it, all is well.</i>", mail.Html!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_dropped_in_is_another_language()
    {
        var english = await File.ReadAllTextAsync(Path.Combine(Verifiers.Repository.Root, "config", "mail", "en.json"), TestContext.Current.CancellationToken);
        _program.Write("words/nds.json", english.Replace("Hello {{name}},", "Moin {{name}}!", StringComparison.Ordinal));
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Mail:TemplatesDirectory", Words)
            .With("MfaGateway:Mail:Language", "nds"));

        Assert.StartsWith("Moin ada!", (await SetPasswordAsync(gateway)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("de.json", "{ \"phrases\": { \"noReply\": \"Grüße\" } }", "de.json must be UTF-8, but byte 30 is not.")]
    [InlineData("mail.txt", "Grüße", "mail.txt must be a layout, but it is not UTF-8: byte 3 is not.")]
    public async Task Words_that_are_not_UTF_8_stop_the_start(string file, string content, string fault)
    {
        await File.WriteAllTextAsync(_program.PathOf($"words/{file}"), content, System.Text.Encoding.Latin1, TestContext.Current.CancellationToken);

        var result = await _program.RunAsync("serve", $"--MfaGateway:Mail:TemplatesDirectory={Words}");

        Assert.Equal(78, result.ExitCode);
        Assert.Equal([Path.Combine(Words, fault)], result.Errors);
    }

    [Theory]
    [InlineData("de.json", "{ \"phrases\": { \"noReply\": \"Frag {{kontact}}.\" } }", "de.json: phrases:noReply must be a text, but {{kontact}} is nothing that it can be filled with; the nearest is {{contact}}.")]
    [InlineData("de.json", "{ \"phrases\": { \"noReply\": \"Frag {{contact.\" } }", "de.json: phrases:noReply must be a text, but \"{{\" has no \"}}\".")]
    [InlineData("de.json", "{ \"phrases\": { \"noReply\": \"{{#contact}}Frag\" } }", "de.json: phrases:noReply must be a text, but {{#contact}} has no end.")]
    [InlineData("de.json", "{ \"phrases\": { \"noReply\": \"{{/contact}}Frag\" } }", "de.json: phrases:noReply must be a text, but {{/contact}} ends nothing.")]
    [InlineData("de.json", "{ \"phrases\": { \"noReply\": \"{{> noReply}}\" } }", "de.json: phrases:noReply must be a text, but {{> noReply}} includes itself.")]
    [InlineData("de.json", "{ \"phrases\": { \"noReply\": \" \" } }", "de.json: phrases:noReply must be a text, but it was not set.")]
    [InlineData("de.json", "{ \"mails\": { \"MagicCode\": { \"subject\": \"{{code}}\" } } }", "de.json: mails:MagicCode:subject must be a text, but {{code}} is nothing that it can be filled with; the nearest is {{site}}.")]
    [InlineData("de.json", "{ \"mails\": { \"MagicCodes\": { \"subject\": \"Code\" } } }", "de.json: mails:MagicCodes is no mail; the nearest is MagicCode.")]
    [InlineData("de.json", "{ \"time\": \"%\" }", "de.json: time must be a format such as \"d MMMM yyyy, HH:mm:ss 'UTC'\", but was \"%\".")]
    [InlineData("deutsch!.json", "{ }", "deutsch!.json must be named by a language such as pt-BR.json, but was not.")]
    [InlineData("mail.txt", "{{what}} {{code}} {{#facts}}{{/facts}} {{#advice}}{{/advice}}", "mail.txt must show {{link}}, but does not.")]
    [InlineData("mail.html", "{{what}}{{code}}{{link}}{{#facts}}{{/facts}}{{#advice}}{{/advice}}{{titel}}", "mail.html: {{titel}} is nothing that it can be filled with; the nearest is {{site}}.")]
    [InlineData("de.json", "{ \"mails\": { \"Test\": null } }", "de.json must be JSON with what a language says, but mails:Test holds nothing.")]
    [InlineData("de.json", "null", "de.json must be JSON with what a language says, but it holds nothing.")]
    public async Task Words_that_can_not_be_used_stop_the_start_with_the_place_and_the_reason(string file, string content, string fault)
    {
        _program.Write($"words/{file}", content);

        var result = await _program.RunAsync("serve", $"--MfaGateway:Mail:TemplatesDirectory={Words}");

        Assert.Equal(78, result.ExitCode);
        Assert.Equal([Path.Combine(Words, fault)], result.Errors);
    }

    [Theory]
    [InlineData("phrases")]
    [InlineData("mails")]
    public async Task A_part_that_is_null_is_a_fault_of_its_file(string part)
    {
        _program.Write("words/de.json", $"{{ \"{part}\": null }}");

        var result = await _program.RunAsync("config", "check", $"--MfaGateway:Mail:TemplatesDirectory={Words}");

        Assert.Equal(78, result.ExitCode);
        Assert.StartsWith($"{Words}/de.json must be JSON with what a language says, but ", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_file_and_a_language_that_is_not_whole_are_said_with_all_that_is_missing()
    {
        _program.Write("words/de.json", "{\n  \"phrases\": { \"noReply\" }\n}");
        _program.Write("words/pt-BR.json", """{ "language": "Português", "time": "d", "mails": { "Test": { "subject": "Teste" } } }""");

        var result = await _program.RunAsync("config", "check", $"--MfaGateway:Mail:TemplatesDirectory={Words}");

        Assert.Equal(78, result.ExitCode);
        Assert.Contains(result.Errors, line => line.StartsWith($"{Words}/de.json must be JSON with what a language says, but line 2, position ", StringComparison.Ordinal));
        Assert.Contains($"{Words}/pt-BR.json: phrases:greeting must be a text, but there is no phrase greeting.", result.Errors);
        Assert.Contains($"{Words}/pt-BR.json: mails:Test:what must be a text, but it was not set.", result.Errors);
        Assert.Contains($"{Words}/pt-BR.json: mails:MagicCode:advice must be a list of paragraphs, but was not set.", result.Errors);
        Assert.DoesNotContain($"{Words}/pt-BR.json: mails:Test:subject must be a text, but it was not set.", result.Errors);
    }

    [Fact]
    public async Task A_language_that_there_is_no_file_of_is_said_with_those_that_there_are()
    {
        var result = await _program.RunAsync("config", "check", "--MfaGateway:Mail:Language=tlh");

        Assert.Equal(78, result.ExitCode);
        Assert.Equal(["MfaGateway:Mail:Language must be de, en, es, fr, ja, but was \"tlh\"."], result.Errors);
    }

    private static async Task<ReceivedMail> SetPasswordAsync(GatewayUnderTest gateway)
    {
        var ada = await gateway.AddPersonAsync();
        var account = (await gateway.Get<Core.Accounts.AccountStore>().FindAsync(ada.AccountId, TestContext.Current.CancellationToken))!;
        await gateway.Get<Core.Accounts.AccountService>().SetPasswordAsync(
            account, "orange kettle walks slowly", Core.Accounts.Actor.Command, TestContext.Current.CancellationToken);
        return await gateway.Mail.NextAsync();
    }
}
