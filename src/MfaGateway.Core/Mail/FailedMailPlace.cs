using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Mail;

/// <summary>A place in the list of failed mails: behind this one. New mails move it to nowhere else.</summary>
public sealed record FailedMailPlace(DateTimeOffset QueuedAt, string Id)
{
    public static FailedMailPlace Of(FailedMail mail) => new(mail.QueuedAt, mail.Id);

    /// <returns>False for what <see cref="ToString"/> did not write.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out FailedMailPlace? place)
    {
        place = null;
        if (text?.Split('-') is not [var time, var id]
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            || id.Length != Identifiers.Length)
        {
            return false;
        }

        place = new FailedMailPlace(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), id);
        return true;
    }

    /// <summary>As it stands in an address.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{QueuedAt.ToUnixTimeMilliseconds()}-{Id}");
}
