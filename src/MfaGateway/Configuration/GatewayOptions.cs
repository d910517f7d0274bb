using MfaGateway.Api;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Throttling;
using MfaGateway.Proxying;

namespace MfaGateway.Configuration;

/// <summary>Bound at <c>MfaGateway</c>: everything an operator can set beside YARP's own section.</summary>
public sealed class GatewayOptions
{
    public const string SectionName = "MfaGateway";

    /// <summary>Where the gateway's own pages are; never proxied.</summary>
    /// <value>One or more segments of letters, digits, <c>-</c>, <c>_</c>, each after a slash; the default is <c>/_mfa</c>.</value>
    public string PathPrefix { get; set; } = "/_mfa";

    /// <summary>Scheme and host that people use, put in links and in the statement's <c>iss</c>.</summary>
    /// <value>An https origin without a path (http on loopback alone); the default is none (the request's own origin).</value>
    public string? PublicOrigin { get; set; }

    /// <summary>What the site is called on the gateway's pages.</summary>
    /// <value>1 to 64 characters; the default is none (the host name).</value>
    public string? SiteName { get; set; }

    /// <summary>Whom people may turn to, shown where they can't help themselves.</summary>
    /// <value>At most 200 characters of plain text; the default is none.</value>
    public string? Contact { get; set; }

    /// <summary>The embedded store, the key ring and the lock file.</summary>
    /// <value>A directory, relative to the working directory; the default is <c>data</c>.</value>
    public string DataDirectory { get; set; } = "data";

    /// <summary>A directory whose files are settings: the file's name is the key (with <c>__</c> for <c>:</c>), its text the value.</summary>
    /// <value>An existing directory; the default is none.</value>
    public string? SecretsDirectory { get; set; }

    /// <summary>Whose <c>X-Forwarded-*</c> headers are believed.</summary>
    /// <value>Networks in CIDR form, not all addresses; the default is none.</value>
    public IList<string> TrustedProxies { get; set; } = [];

    /// <summary>How long path and query of a request may be; a longer one is answered 414.</summary>
    /// <value>1024 to 65536 bytes; the default is 8192.</value>
    public int MaxTargetLength { get; set; } = 8192;

    /// <summary>Headers that are removed from every request, beside those known to be forged.</summary>
    /// <value>Header names, or the beginning of names with <c>*</c> behind it; the default is none.</value>
    public IList<string> RemovedHeaders { get; set; } = [];

    /// <summary>Sections at the top of settings files, or of the command line, that are meant for something else.</summary>
    /// <value>Names of sections; the default is none, and an unknown section stops the start.</value>
    public IList<string> OtherSections { get; set; } = [];

    public StoreOptions Store { get; set; } = new();

    public PasswordOptions Passwords { get; set; } = new();

    public TotpOptions Totp { get; set; } = new();

    public MagicCodeOptions MagicCode { get; set; } = new();

    public RecoveryCodeOptions RecoveryCodes { get; set; } = new();

    public AttemptOptions Attempts { get; set; } = new();

    public ChallengeOptions Challenge { get; set; } = new();

    public GatewaySessionOptions Session { get; set; } = new();

    public ApiOptions Api { get; set; } = new();

    public SignOutOptions SignOut { get; set; } = new();

    public AssertionOptions Assertion { get; set; } = new();

    public AdminOptions Admin { get; set; } = new();

    public MailOptions Mail { get; set; } = new();

    public AuditOptions Audit { get; set; } = new();

    /// <summary>The operator's own access policies, by name.</summary>
    public IDictionary<string, AccessPolicyOptions> Policies { get; set; } =
        new Dictionary<string, AccessPolicyOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What single clusters of <c>ReverseProxy:Clusters</c> are told of people, by their ids.</summary>
    public Dictionary<string, ClusterIdentityOptions> Clusters { get; set; } = new(StringComparer.OrdinalIgnoreCase);
}
