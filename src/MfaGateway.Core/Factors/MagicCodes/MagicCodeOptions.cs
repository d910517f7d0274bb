namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>Bound at <c>MfaGateway:MagicCode</c>: signing in by a code, or a link, that is sent by e-mail.</summary>
public sealed class MagicCodeOptions
{
    /// <summary>Whether people may sign in this way at all.</summary>
    /// <value>The default is <c>false</c>.</value>
    public bool Enabled { get; set; }

    /// <summary>How long a code is, unless an administrator has set something else for the application.</summary>
    /// <value>6 to 8; the default is 6.</value>
    public int Digits { get; set; } = 6;

    /// <summary>How long a code is good from its issue on, in minutes, unless an administrator has set something else for the application.</summary>
    /// <value>
    /// 5 to 1440; the default is 10. NIST SP 800-63B-4 section 3.1.3.2 lets a code of an out-of-band factor live 10 minutes at most.
    /// </value>
    public int LifetimeMinutes { get; set; } = 10;

    /// <summary>How many codes may be asked for in one sign-in, the first one included.</summary>
    /// <value>1 to 4; the default is 3.</value>
    public int MostCodes { get; set; } = 3;

    /// <summary>Domains whose addresses make an account by signing in with a code.</summary>
    /// <value>Domains such as <c>example.org</c>, without their sub-domains; the default is none.</value>
    public IList<string> Registration { get; set; } = [];
}
