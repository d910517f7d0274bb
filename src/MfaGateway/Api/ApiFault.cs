namespace MfaGateway.Api;

/// <param name="Member">The member's name, as it was sent.</param>
/// <param name="Message">One sentence for the person; it never repeats a value.</param>
public sealed record ApiFault(string Member, string Message);
