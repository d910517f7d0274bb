namespace MfaGateway.Core.Accounts;

/// <summary>Bound at <c>MfaGateway:Admin</c>.</summary>
public sealed class AdminOptions
{
    /// <summary>The group of the people who run this gateway; the first account made in the browser is put in it.</summary>
    /// <value>A group name; the default is <c>admins</c>.</value>
    public string Group { get; set; } = "admins";

    /// <summary>How long the link of an invitation may be used.</summary>
    /// <value>01:00:00 to 30.00:00:00; the default is 3.00:00:00.</value>
    public TimeSpan InvitationLifetime { get; set; } = TimeSpan.FromHours(72);

    /// <summary>How long the code may be used that opens the enrolment after a reset of the second factor.</summary>
    /// <value>00:15:00 to 7.00:00:00; the default is 1.00:00:00.</value>
    public TimeSpan EnrollmentCodeLifetime { get; set; } = TimeSpan.FromHours(24);
}
