using System.Globalization;
using MfaGateway.Core.Mail;

namespace MfaGateway.Mail.Templates;

/// <summary>What all mails say in one language.</summary>
/// <param name="Tag">BCP 47.</param>
/// <param name="TimeFormat">For a time in UTC.</param>
internal sealed record MailLanguage(
    string Tag, string TimeFormat, IReadOnlyDictionary<string, Template> Phrases, IReadOnlyDictionary<NoticeKind, Wording> Mails)
{
    private readonly CultureInfo _culture = CultureOf(Tag);

    /// <summary>For the <c>dir</c> of HTML.</summary>
    public string Direction => _culture.TextInfo.IsRightToLeft ? "rtl" : "ltr";

    public string Write(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, _culture);

    // A machine without the languages' data writes the months in English.
    private static CultureInfo CultureOf(string tag)
    {
        try
        {
            var culture = new CultureInfo(tag, useUserOverride: false);
            culture.DateTimeFormat.Calendar = culture.OptionalCalendars.OfType<GregorianCalendar>().FirstOrDefault() ?? culture.Calendar;
            return culture;
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.InvariantCulture;
        }
    }
}

/// <param name="Link">What stands on the button; null where the mail has no link.</param>
internal sealed record Wording(Template Subject, Template What, Template? Link, IReadOnlyList<Template> Advice);
