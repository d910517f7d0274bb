namespace MfaGateway.Core.Throttling;

/// <summary>Something that may be tried so many times in so much time.</summary>
/// <param name="Key">What is counted, e.g. <c>account/{id}/codes</c>; at most 200 characters.</param>
/// <param name="Limit">Attempts granted in one window; 1 or more. The one that fills the bucket closes it.</param>
/// <param name="Window">From the first attempt to the time when the bucket starts anew, and from being closed to being open again.</param>
public sealed record AttemptBucket(AttemptLimit Kind, string Key, int Limit, TimeSpan Window)
{
    /// <summary>Whose it is, so that it goes with the account and an administrator can empty it; null for nobody's.</summary>
    public string? AccountId { get; init; }

    /// <summary>Where doubling stops, for a bucket that stays closed twice as long each time; null for one that does not.</summary>
    public TimeSpan? LongestCoolDown { get; init; }

    /// <summary>Once full it stays closed until it is emptied.</summary>
    public bool Suspends { get; init; }

    /// <summary>
    /// The key of another bucket of the same plan, which comes before this one's: this one starts anew whenever that one does.
    /// So it knows how many of that one's attempts are its own.
    /// </summary>
    public string? PartOf { get; init; }
}

/// <summary>Which row of the table of limits a bucket belongs to. The numbers are stored: add, never change.</summary>
public enum AttemptLimit
{
    /// <summary>Codes of the second factor in one flow: the flow ends.</summary>
    Challenge = 1,

    /// <summary>Codes that verify a new authenticator, in one flow: the flow ends and its pending secret with it.</summary>
    Enrollment = 2,

    /// <summary>Codes of the second factor for one account: a cool-down.</summary>
    Codes = 3,

    /// <summary>Codes of one factor in a row: it is suspended.</summary>
    CodesInARow = 4,

    /// <summary>Passwords for one account from unknown browsers.</summary>
    Password = 5,

    /// <summary>Passwords in a row, from unknown browsers.</summary>
    PasswordsInARow = 6,

    /// <summary>Passwords for one account from one known browser.</summary>
    KnownBrowser = 7,

    /// <summary>Passwords from one address.</summary>
    Address = 8,

    /// <summary>One-time codes of an administrator that open an enrolment, for one account: a cool-down.</summary>
    EnrollmentCode = 9,

    /// <summary>Mailed codes that begin a sign-in, for one account from unknown browsers: a cool-down.</summary>
    MailedCodes = 10,

    /// <summary>The same in a row: unknown browsers are refused.</summary>
    MailedCodesInARow = 11,

    /// <summary>Mails with a code, for one account or from one address: none is sent.</summary>
    MailSends = 12,

    /// <summary>Requests for a mailed code from one address, whatever the mail address.</summary>
    CodeRequests = 13,

    /// <summary>What one flow has counted of another bucket: it closes nothing, see <see cref="AttemptBucket.PartOf"/>.</summary>
    Part = 20,

    /// <summary>Mails that tell of wrong codes: one for each window in which so many were counted.</summary>
    Notice = 21,
}
