namespace MfaGateway.Configuration;

/// <summary>Bound at <c>MfaGateway:Mail:Smtp</c>: the mail server that takes mails with <c>Provider</c> <c>Smtp</c>.</summary>
public sealed class SmtpOptions
{
    /// <summary>The server's name, as its certificate has it.</summary>
    /// <value>A host name or an IP address; needed for <c>Smtp</c>; the default is none.</value>
    public string? Host { get; set; }

    /// <summary>Where it takes mails from programs (RFC 6409).</summary>
    /// <value>1 to 65535; 465 needs <c>Security</c> <c>Tls</c>; the default is 587.</value>
    public int Port { get; set; } = 587;

    /// <summary>What the gateway calls itself to the server in EHLO (RFC 5321 4.1.1.1). Strict servers refuse names that are not in the DNS.</summary>
    /// <value>A host name or an IP address; the default is none (the host of <c>PublicOrigin</c>).</value>
    public string? ClientName { get; set; }

    /// <summary>How the connection is protected.</summary>
    /// <value>
    /// <c>StartTls</c>, which is the default: encrypted before anything but the greeting is sent, or nothing is; <c>Tls</c>: from the first
    /// byte; or <c>None</c>.
    /// </value>
    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;

    /// <summary>Who signs in to the server.</summary>
    /// <value>1 to 256 characters on one line; the default is none (nobody does).</value>
    public string? User { get; set; }

    /// <summary>The user's password. Better in the secrets directory or the environment than in a file with other settings.</summary>
    /// <value>1 to 256 characters on one line; <c>User</c> needs this or <c>AccessTokenFile</c>; the default is none.</value>
    public string? Password { get; set; }

    /// <summary>
    /// A file with an OAuth 2.0 access token of the user, in place of a password: for XOAUTH2, or OAUTHBEARER where the server has it. It is
    /// read at each sign-in, so that another program can renew it.
    /// </summary>
    /// <value>The full path of a file; the default is none.</value>
    public string? AccessTokenFile { get; set; }

    /// <summary>Sends user and password, or token, where everybody on the way can read them.</summary>
    /// <value>The default is false: <c>User</c> with <c>Security</c> <c>None</c> stops the start.</value>
    public bool AllowUnencryptedSignIn { get; set; }

    /// <summary>How long the server may take for one mail, from the connection to its last word.</summary>
    /// <value>1 second to 5 minutes; the default is 30 seconds.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}

public enum SmtpSecurity
{
    StartTls,
    Tls,
    None,
}
