using System.CommandLine;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary>The words of <c>mail</c>.</summary>
internal static class MailCommands
{
    private const int MostMails = 1000;

    public static Command Make(Launch launch) =>
        new("mail", "Whether mail gets out.") { Test(launch), Undelivered(launch), Retry(launch) };

    private static Command Test(Launch launch)
    {
        var address = new Argument<string>("ADDRESS") { Description = "Where to: one e-mail address." };
        address.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !EmailAddress.TryParse(token.Value, out _))
                result.AddError("ADDRESS must be one plain e-mail address such as ada@example.org.");
        });
        var language = new Option<string?>("--language") { Description = "The language that the reader wishes for, such as de. [default: Mail:Language]" };
        var test = new Command("test", "Send a test mail at once, by the way that the configuration names, and say what came of it.") { address, language };
        test.SetAction((parsed, cancellationToken) =>
            TestMail.RunAsync(launch, parsed.GetRequiredValue(address), parsed.GetValue(language), cancellationToken));
        return test;
    }

    private static Command Undelivered(Launch launch)
    {
        var count = new Option<int>("--count") { Description = $"How many mails: 1 to {MostMails}.", DefaultValueFactory = _ => 50 };
        count.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number is < 1 or > MostMails)
                result.AddError($"--count must be 1 to {MostMails}, but was {number}.");
        });
        var json = UserArguments.Json();
        var undelivered = new Command("undelivered", "List what could not be delivered (yet) and why, the newest first.") { count, json };
        undelivered.SetAction((parsed, cancellationToken) =>
            UndeliveredMails.RunAsync(launch, parsed.GetValue(count), parsed.GetValue(json), cancellationToken));
        return undelivered;
    }

    private static Command Retry(Launch launch)
    {
        var json = UserArguments.Json();
        var retry = new Command("retry", "Have everything tried again now that waits for its next attempt. A gateway must be running.") { json };
        retry.SetAction((parsed, cancellationToken) => CommandStore.UseAsync(
            launch, mayCreate: false, store => UndeliveredMails.RetryAsync(store, parsed.GetValue(json), cancellationToken), cancellationToken));
        return retry;
    }
}
