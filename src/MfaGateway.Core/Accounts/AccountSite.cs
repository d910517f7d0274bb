using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Accounts;

/// <summary>What accounts need to know of the place they are made for.</summary>
/// <param name="Names">What people call the site: its name, its host. A password may not be made of them.</param>
/// <param name="AdministratorGroup">The group of the people who run the gateway.</param>
public sealed record AccountSite(IReadOnlyList<string> Names, string AdministratorGroup)
{
    /// <summary>The configured origin, such as <c>https://apps.example.org</c>; null when none is.</summary>
    public string? Origin { get; init; }

    /// <summary>Whether people may set a new password by a link that is mailed to them.</summary>
    public bool ResetByMail { get; init; }

    /// <summary>The path of the page that sets a password.</summary>
    public string PasswordPath { get; init; } = "/_mfa/reset-password/set";

    /// <summary>The path of the page of a link that signs in.</summary>
    public string LinkPath { get; init; } = "/_mfa/link";

    /// <summary>A link that signs in; null without a configured origin, since what a request says of the host decides nothing about links.</summary>
    public string? CodeLink(SecretToken token) => Origin is null ? null : $"{Origin}{LinkPath}?token={token.Reveal()}";

    /// <summary>
    /// A link that sets a password. Without a configured origin it is the path alone: what a request says of the host decides
    /// nothing about links.
    /// </summary>
    public string PasswordLink(SecretToken token) => $"{Origin}{PasswordPath}?token={token.Reveal()}";
}
