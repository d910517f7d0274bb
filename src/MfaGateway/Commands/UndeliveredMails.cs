using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Mail;

namespace MfaGateway.Commands;

/// <summary><c>mail undelivered</c> and <c>mail retry</c></summary>
internal static class UndeliveredMails
{
    public static Task<int> RunAsync(Launch launch, int count, bool json, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(launch, mayCreate: false, store => ListAsync(store, count, json, cancellationToken), cancellationToken);

    public static async Task<int> RetryAsync(CommandStore store, bool json, CancellationToken cancellationToken)
    {
        var due = await store.Mail.RetryAllAsync(Actor.Command, cancellationToken);
        if (json)
        {
            await Output.WriteJsonAsync(new RetriedMails(due));
            return ExitCodes.Done;
        }

        await CommandConsole.Current.Out.WriteLineAsync(due switch
        {
            0 => "Nothing waits that is not tried again within minutes anyway.",
            1 => "1 mail is tried again now.",
            _ => string.Create(CultureInfo.InvariantCulture, $"{due} mails are tried again now."),
        });
        return ExitCodes.Done;
    }

    private static async Task<int> ListAsync(CommandStore store, int count, bool json, CancellationToken cancellationToken)
    {
        var page = await store.Mail.ReadAsync(after: null, count, cancellationToken);
        var mails = page.Mails.Select(mail => ListedMail.Of(mail, page.People.GetValueOrDefault(mail.AccountId))).ToList();
        if (json)
        {
            await Output.WriteJsonAsync(mails);
            return ExitCodes.Done;
        }

        Output.WriteTable(
            ["KEPT", "TO", "WHAT IT TELLS", "ATTEMPTS", "NEXT", "WHY IT FAILED"],
            mails.Select(mail => new[]
            {
                Output.Time(mail.QueuedAt), mail.UserName ?? mail.AccountId, MailSentences.DescribeKind(mail.Kind),
                mail.Attempts.ToString(CultureInfo.InvariantCulture),
                mail.NextAttemptAt is { } next ? Output.Time(next) : "given up", mail.Message,
            }));
        return ExitCodes.Done;
    }
}

/// <summary>What came of it as scripts get it; the names of the JSON are part of the contract with them.</summary>
internal sealed record RetriedMails(int Retried);

/// <summary>A mail as scripts get it; the names of the JSON are part of the contract with them.</summary>
/// <param name="UserName">Null for somebody without an account (any more).</param>
/// <param name="NextAttemptAt">Null when it was given up.</param>
/// <param name="Fault">A name of <see cref="MailFault"/>; null where an earlier version did not keep it.</param>
/// <param name="Message">The same in words.</param>
internal sealed record ListedMail(
    string Id,
    string AccountId,
    string? UserName,
    string Kind,
    DateTimeOffset QueuedAt,
    int Attempts,
    DateTimeOffset? NextAttemptAt,
    string? Fault,
    int? Status,
    DateTimeOffset? FailedAt,
    string Message)
{
    public static ListedMail Of(FailedMail mail, Account? account) => new(
        mail.Id, mail.AccountId, account?.UserName, mail.Kind, mail.QueuedAt, mail.Attempts, mail.NextAttemptAt,
        mail.Failure?.Fault.ToString(), mail.Failure?.Status, mail.Failure?.At, MailSentences.DescribeFailure(mail.Failure));
}
