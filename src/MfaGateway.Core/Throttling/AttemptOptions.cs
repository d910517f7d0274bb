namespace MfaGateway.Core.Throttling;

/// <summary>Bound at <c>MfaGateway:Attempts</c>. What each limit is for stands in <see cref="AttemptLimits"/>.</summary>
public sealed class AttemptOptions
{
    /// <summary>Wrong codes after which a flow is over and the person starts again with the password.</summary>
    /// <value>1 to 10; the default is 5.</value>
    public int PerChallenge { get; set; } = 5;

    /// <summary>Wrong codes after which an enrolment is over and its pending secret is thrown away.</summary>
    /// <value>1 to 10; the default is 5.</value>
    public int PerEnrollment { get; set; } = 5;

    /// <summary>Codes of the second factor, whichever it is, for one account.</summary>
    public AccountAttemptOptions PerAccount { get; set; } = new();

    /// <summary>Passwords for one account from browsers that nobody has signed in with.</summary>
    public PasswordAttemptOptions Password { get; set; } = new();

    /// <summary>Passwords for one account from one known browser.</summary>
    public KnownBrowserAttemptOptions KnownBrowser { get; set; } = new();

    /// <summary>Passwords from one address (IPv6: one /64), whatever the name.</summary>
    public AddressAttemptOptions PerAddress { get; set; } = new();

    /// <summary>Mails with a code or a link, and requests for them.</summary>
    public MailSendOptions MailSends { get; set; } = new();

    /// <summary>How long wrong answers count towards "in a row".</summary>
    /// <value>1.00:00:00 to 365.00:00:00; the default is 90.00:00:00.</value>
    public TimeSpan InARowWindow { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How many counters names share that no account has. More of them only cost space in the store.</summary>
    /// <value>64 to 65536; the default is 1024.</value>
    public int UnknownNames { get; set; } = 1024;
}

/// <summary>Bound at <c>MfaGateway:Attempts:PerAccount</c>.</summary>
public sealed class AccountAttemptOptions
{
    /// <summary>Wrong codes within <see cref="Window"/> after which no code is taken for a while.</summary>
    /// <value>3 to 100; the default is 10.</value>
    public int Count { get; set; } = 10;

    /// <summary>The time in which they count, and the length of the first cool-down. Each further one is twice as long.</summary>
    /// <value>00:01:00 to 1.00:00:00; the default is 00:15:00.</value>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Where the doubling stops. As long without any code, right or wrong, and the next one is short again.</summary>
    /// <value>00:01:00 to 7.00:00:00, not below <see cref="Window"/>; the default is 1.00:00:00.</value>
    public TimeSpan LongestCoolDown { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Wrong codes of one factor after which that factor is suspended until another one or an administrator helps.</summary>
    /// <value>10 to 1000; the default is 100.</value>
    public int InARow { get; set; } = 100;

    /// <summary>Wrong codes after which the person is told by mail that somebody knows the password; <see cref="Count"/> at the latest.</summary>
    /// <value>1 to 100; the default is 5.</value>
    public int NoticeAt { get; set; } = 5;
}

/// <summary>Bound at <c>MfaGateway:Attempts:Password</c>.</summary>
public sealed class PasswordAttemptOptions
{
    /// <summary>Wrong passwords within <see cref="Window"/> after which none is taken from unknown browsers.</summary>
    /// <value>3 to 1000; the default is 10.</value>
    public int Count { get; set; } = 10;

    /// <summary>The time in which they count, and for which none is taken then.</summary>
    /// <value>00:01:00 to 1.00:00:00; the default is 00:15:00.</value>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Wrong passwords after which unknown browsers are refused until a known one signs in, a new password is set by a mailed
    /// link, or an administrator helps.
    /// </summary>
    /// <value>10 to 10000; the default is 100.</value>
    public int InARow { get; set; } = 100;
}

/// <summary>Bound at <c>MfaGateway:Attempts:KnownBrowser</c>.</summary>
public sealed class KnownBrowserAttemptOptions
{
    /// <summary>Wrong passwords within <see cref="Window"/> after which none is taken from this browser.</summary>
    /// <value>3 to 1000; the default is 10.</value>
    public int Count { get; set; } = 10;

    /// <summary>The time in which they count, and for which none is taken then.</summary>
    /// <value>00:01:00 to 1.00:00:00; the default is 00:15:00.</value>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(15);
}

/// <summary>Bound at <c>MfaGateway:Attempts:PerAddress</c>. Known browsers of an address are counted apart, by the same numbers.</summary>
public sealed class AddressAttemptOptions
{
    /// <summary>Wrong passwords within <see cref="Window"/>.</summary>
    /// <value>3 to 100000; the default is 10.</value>
    public int Count { get; set; } = 10;

    /// <summary>The time in which they count, and for which none is taken then.</summary>
    /// <value>00:00:10 to 01:00:00; the default is 00:01:00.</value>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Wrong passwords within an hour.</summary>
    /// <value>3 to 1000000; the default is 50.</value>
    public int PerHour { get; set; } = 50;

    /// <summary>Wrong passwords within a day.</summary>
    /// <value>3 to 1000000; the default is 200.</value>
    public int PerDay { get; set; } = 200;
}

/// <summary>Bound at <c>MfaGateway:Attempts:MailSends</c>. Above a limit the page stays the same, and nothing is sent; within the gap it is sent later.</summary>
public sealed class MailSendOptions
{
    /// <summary>From the first mail of one sign-in to that of the next, for one account. One that is asked for before goes out at the end.</summary>
    /// <value>00:00:10 to 01:00:00; the default is 00:01:00.</value>
    public TimeSpan Gap { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Mails to one account within an hour; what a known browser asks for counts apart.</summary>
    /// <value>3 to 1000; the default is 5.</value>
    public int PerHour { get; set; } = 5;

    /// <summary>Mails to one account within a day; what a known browser asks for counts apart.</summary>
    /// <value>3 to 10000; the default is 10.</value>
    public int PerDay { get; set; } = 10;

    /// <summary>Mails that unknown browsers of one address (IPv6: one /64) may ask for within an hour.</summary>
    /// <value>3 to 100000; the default is 20.</value>
    public int PerAddressPerHour { get; set; } = 20;

    /// <summary>Requests from one address within an hour, after which every one is refused, whatever the mail address.</summary>
    /// <value>10 to 1000000; the default is 100.</value>
    public int RequestsPerHour { get; set; } = 100;
}
