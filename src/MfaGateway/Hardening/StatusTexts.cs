namespace MfaGateway.Hardening;

/// <summary>What a status means to a person, and what to do next.</summary>
public static class StatusTexts
{
    public static Problem ProblemFor(int status) => status switch
    {
        400 => new(status, "bad-request", "This request can't be understood.",
            "Go back, load the page again and try once more."),
        403 => new(status, "access-denied", "You may not open this.",
            "Signing in again does not help. Ask the administrator of this site for access."),
        404 => new(status, "not-found", "Page not found.",
            "Check the address, or go to the start page."),
        405 => new(status, "method-not-allowed", "This page can't be used that way.",
            "Go back, load the page again and try once more."),
        413 => new(status, "too-large", "That is more than this page takes.",
            "Go back and enter less."),
        414 => new(status, "target-too-long", "This address is too long.",
            "Shorten it, or fill in the form again with less."),
        415 => new(status, "unsupported-media-type", "This page takes plain forms alone.",
            "Go back, load the page again and try once more."),
        421 => new(status, "misdirected", "This address is not in use.",
            "Check the host name in the address."),
        429 => new(status, "too-many-requests", "There were too many tries.",
            "Wait a few minutes, then try again."),
        502 or 504 => new(status, "upstream-unavailable", "The application behind this page does not answer.",
            "It is not about your sign-in. Wait a moment, then try again."),
        503 => new(status, "unavailable", "This does not work right now.",
            "Nothing was done. Wait a moment, then try again."),
        >= 500 => new(status, "fault", "Something went wrong here.",
            "It is not your doing. Wait a moment, then try again."),
        _ => new(status, "refused", "This request was refused.",
            "Go back, load the page again and try once more."),
    };
}
