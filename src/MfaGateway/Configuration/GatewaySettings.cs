using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.IdentityHeaders;
using MfaGateway.Sessions;

namespace MfaGateway.Configuration;

/// <summary>Every setting under <c>MfaGateway</c>, in the order of <c>config/README.md</c>.</summary>
public static class GatewaySettings
{
    private const int LongestSiteName = 64;
    private const int LongestContact = 200;
    private const int LongestIssuer = 64;
    private const int LongestMailUser = 256;

    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Text("PathPrefix", "one or more segments of letters, digits, - and _, each after a slash", PathPrefixes.IsWellFormed),
        Setting.Text("PublicOrigin", "an https origin in lower case such as https://apps.example.org (http on loopback alone)", Origins.IsPublicOrigin),
        Setting.Text("SiteName", $"1 to {LongestSiteName} characters on one line", text => IsLine(text, LongestSiteName)),
        Setting.Text("Contact", $"1 to {LongestContact} characters on one line", text => IsLine(text, LongestContact)),
        Setting.Text("DataDirectory", "a directory", text => !string.IsNullOrWhiteSpace(text) && !text.Contains('\0')),
        Setting.Text("SecretsDirectory", "an existing directory", Directory.Exists),
        Setting.Text("TrustedProxies", $"{Networks.Allowed}, and not all addresses", text => Networks.TryRead(text, out var network) && network.PrefixLength > 0),
        Setting.Number("MaxTargetLength", 1024, 65_536),
        Setting.Text("RemovedHeaders", RemovableHeaders.Allowed, RemovableHeaders.IsOne),
        Setting.Text("OtherSections", "a name without blanks and colons", text => text.Length > 0 && !text.Any(c => c == ':' || char.IsWhiteSpace(c))),
        Setting.Choice("Store:Provider", "Sqlite, LiteDb or Postgres"),
        new("Store:ConnectionString", "an Npgsql connection string with Provider Postgres, and nothing without") { IsSecret = true },
        Setting.Number("Passwords:MemoryKib", 19_456, PasswordOptions.MostMemoryKib),
        Setting.Number("Passwords:Passes", 2, PasswordOptions.MostPasses),
        Setting.Choice("Passwords:ResetByMail", "true or false"),
        Setting.Choice("Totp:Algorithm", "SHA1, SHA256 or SHA512"),
        Setting.Number("Totp:Digits", "6 or 8", TotpParameters.IsAllowedDigits),
        Setting.Number("Totp:PeriodSeconds", TotpParameters.MinPeriodSeconds, TotpParameters.MaxPeriodSeconds),
        Setting.Number("Totp:SkewSteps", 0, 2),
        // A colon divides issuer and account in the otpauth: link.
        Setting.Text("Totp:Issuer", $"1 to {LongestIssuer} characters on one line, without a colon", text => IsLine(text, LongestIssuer) && !text.Contains(':')),
        Setting.Choice("MagicCode:Enabled", "true or false"),
        Setting.Number("MagicCode:Digits", MagicCodeAlgorithm.MinDigits, MagicCodeAlgorithm.MaxDigits),
        Setting.Number("MagicCode:LifetimeMinutes", 5, 1440),
        Setting.Number("MagicCode:MostCodes", 1, 4),
        Setting.Text("MagicCode:Registration", "a domain such as example.org", Origins.IsCookieDomain),
        Setting.Number("RecoveryCodes:Count", 5, 20),
        Setting.Number("Attempts:PerChallenge", 1, 10),
        Setting.Number("Attempts:PerEnrollment", 1, 10),
        Setting.Number("Attempts:PerAccount:Count", 3, 100),
        Setting.Duration("Attempts:PerAccount:Window", "00:01:00", "1.00:00:00"),
        Setting.Duration("Attempts:PerAccount:LongestCoolDown", "00:01:00", "7.00:00:00"),
        Setting.Number("Attempts:PerAccount:InARow", 10, 1000),
        Setting.Number("Attempts:PerAccount:NoticeAt", 1, 100),
        Setting.Number("Attempts:Password:Count", 3, 1000),
        Setting.Duration("Attempts:Password:Window", "00:01:00", "1.00:00:00"),
        Setting.Number("Attempts:Password:InARow", 10, 10_000),
        Setting.Number("Attempts:KnownBrowser:Count", 3, 1000),
        Setting.Duration("Attempts:KnownBrowser:Window", "00:01:00", "1.00:00:00"),
        Setting.Number("Attempts:PerAddress:Count", 3, 100_000),
        Setting.Duration("Attempts:PerAddress:Window", "00:00:10", "01:00:00"),
        Setting.Number("Attempts:PerAddress:PerHour", 3, 1_000_000),
        Setting.Number("Attempts:PerAddress:PerDay", 3, 1_000_000),
        Setting.Duration("Attempts:MailSends:Gap", "00:00:10", "01:00:00"),
        Setting.Number("Attempts:MailSends:PerHour", 3, 1000),
        Setting.Number("Attempts:MailSends:PerDay", 3, 10_000),
        Setting.Number("Attempts:MailSends:PerAddressPerHour", 3, 100_000),
        Setting.Number("Attempts:MailSends:RequestsPerHour", 10, 1_000_000),
        Setting.Duration("Attempts:InARowWindow", "1.00:00:00", "365.00:00:00"),
        Setting.Number("Attempts:UnknownNames", 64, 65536),
        Setting.Duration("Challenge:Lifetime", "00:01:00", "00:10:00"),
        Setting.Duration("Session:IdleTimeout", "00:01:00", "1.00:00:00"),
        Setting.Duration("Session:AbsoluteTimeout", "00:05:00", "30.00:00:00"),
        Setting.Number("Session:MostPerAccount", 1, 100),
        Setting.Text("Session:CookieDomain", "a domain such as example.org", Origins.IsCookieDomain),
        Setting.Text("Session:SignOutCookies", "a cookie name, and none of the gateway's own", AppCookies.IsName),
        Setting.Choice("Api:BrowserChanges", "true or false"),
        Setting.Text("SignOut:ReturnUrls", SignOutPlaces.Allowed, text => SignOutPlaces.IsPlace(text)),
        Setting.Number("Assertion:LifetimeSeconds", 10, 300),
        Setting.Text("Admin:Group", "a group name without a comma", text => IdentityText.ValidateGroup(text) is null),
        Setting.Duration("Admin:InvitationLifetime", "01:00:00", "30.00:00:00"),
        Setting.Duration("Admin:EnrollmentCodeLifetime", "00:15:00", "7.00:00:00"),
        Setting.Number("Audit:RetentionDays", 0, 36_500),
        Setting.Choice("Mail:Provider", "Pickup, Smtp or Sendmail"),
        Setting.Text("Mail:From", "one e-mail address such as no-reply@example.org", text => Core.Accounts.EmailAddress.TryParse(text, out _)),
        new("Mail:Language", "a language that there is a file of, such as en, de, es, fr or ja"),
        Setting.Text("Mail:TemplatesDirectory", "an existing directory", Directory.Exists),
        Setting.Text("Mail:Smtp:Host", "a host name or an IP address", Origins.IsHost),
        Setting.Number("Mail:Smtp:Port", 1, 65535),
        Setting.Text("Mail:Smtp:ClientName", "a host name or an IP address", Origins.IsHost),
        Setting.Choice("Mail:Smtp:Security", "StartTls, Tls or None"),
        Setting.Text("Mail:Smtp:User", $"1 to {LongestMailUser} characters on one line", text => IsLine(text, LongestMailUser)),
        Setting.Text("Mail:Smtp:Password", $"1 to {LongestMailUser} characters on one line", text => IsLine(text, LongestMailUser)) with { IsSecret = true },
        Setting.Text("Mail:Smtp:AccessTokenFile", "a full path", Path.IsPathFullyQualified),
        Setting.Choice("Mail:Smtp:AllowUnencryptedSignIn", "true or false"),
        Setting.Duration("Mail:Smtp:Timeout", "00:00:01", "00:05:00"),
        Setting.Text("Mail:Sendmail:Path", "a full path", Path.IsPathFullyQualified),
        Setting.Duration("Mail:Sendmail:Timeout", "00:00:01", "00:05:00"),
        new("Policies:*:Factors", $"{AccessPolicyReader.AllowedFactors}"),
        Setting.Text("Policies:*:Groups", "a group name without a comma", text => IdentityText.ValidateGroup(text) is null),
        Setting.Text("Policies:*:Users", "a user name", text => Core.Accounts.UserNames.Validate(text) is null),
        Setting.Text("Policies:*:Networks", Networks.Allowed, text => Networks.TryRead(text, out _)),
        Setting.Duration("Policies:*:MaxAge", "00:01:00", "1.00:00:00"),
        // ClusterIdentityValidator judges these together.
        new("Clusters:*:Audience", Proxying.ClusterIdentityValidator.AllowedAudience),
        Setting.Text("Clusters:*:Application", "1 to 64 letters, digits, -, _ and .", IsApplicationName),
        new("Clusters:*:HeaderNames:*", "a header name that HTTP and the gateway do not use themselves"),
        new("Clusters:*:Signature:Algorithm", $"{MessageSignatureAlgorithm.HmacSha256} or {MessageSignatureAlgorithm.EcdsaP256Sha256}"),
        new("Clusters:*:Signature:KeyId", "1 to 128 printable ASCII characters other than \" and \\"),
        new("Clusters:*:Signature:KeyFile", $"a file with a key of {HmacSigningKey.MinimumLength} bytes or more"),
        new("Clusters:*:Groups", "a group name without a comma"),
        Setting.Choice("Clusters:*:ReadsEveryBody", "true or false"),
        Setting.Choice("Clusters:*:ConnectionAuthentication", "true or false"),
        Setting.Choice("Clusters:*:OriginalHost", "true or false"),
        Setting.Text("Clusters:*:SignOutCookies", "a cookie name, and none of the gateway's own", AppCookies.IsName),
        Setting.Choice("Clusters:*:FreshCookiesPerPerson", "true or false"),
    ];

    private static bool IsApplicationName(string text) =>
        text.Length is >= 1 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static bool IsLine(string text, int most) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= most && IdentityText.Validate(text) is null;
}
