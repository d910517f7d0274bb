using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace MfaGateway.Core.IdentityHeaders;

/// <summary>Why the gateway takes a client's header away.</summary>
[Flags]
public enum HeaderSuspicion
{
    None = 0,

    /// <summary>It could be taken for identity, origin or routing facts that only a gateway may state: always removed.</summary>
    Claim = 1,

    /// <summary>Its name holds <c>_</c>, which many servers cannot tell from <c>-</c>: removed unless the route allows such names.</summary>
    Underscore = 2,

    /// <summary>It asks the app to act on another method than the one that was judged: removed unless the route asks for it.</summary>
    MethodOverride = 4,
}

/// <summary>
/// Which of a client's header names are not passed on. Names are compared folded (<see cref="HeaderName.Fold(string)"/>),
/// and the verdict on a name is kept, in a table that a client cannot grow without end.
/// </summary>
public sealed class InboundHeaderRules
{
    private const int MaximumKept = 1024;
    private const int MaximumKeptLength = 64;

    // The beginnings of whole families, folded, with whose they are.
    private static readonly string[] Families =
    [
        // Ours, and the X-Forwarded-* that the gateway sets anew.
        "xmfa", "xforwarded", "forwarded",
        // Authenticating proxies and gateways.
        "remote", "xremote", "xauthrequest", "xwebauth", "xauthentik", "xpomerium", "xvouch", "xconsumer", "xcredential", "xauthenticated", "xauthuser",
        "xauthgroup", "xauthrole", "teleport", "tailscale", "xproxy", "xssouser", "xldap", "xtokensub", "xtokenuser", "xauthelia", "xproxied", "xjwtassertion", "xjwtclaim", "xjwtpayload",
        // Access managers: SiteMinder, WebSEAL, Oracle Access Manager, mod_auth_openidc, Shibboleth, mod_auth_mellon, Kubernetes.
        "smuser", "smgroup", "smauth", "smserver", "smuniversalid", "ivuser", "ivgroup", "ivcreds", "ivserver", "ivremoteaddress", "oamremote", "oamidentity",
        "ossouser", "ossosubscriber", "oidc", "shib", "ajp", "eduperson", "mellon", "casuser", "impersonate",
        // Clouds.
        "cfaccess", "xgoogiap", "xgoogauthenticated", "xamznoidc", "xamznmtls", "xmsclientprincipal", "xmstoken", "xappengine", "xendpointapiuserinfo",
        "xapigatewayapiuserinfo", "xrhidentity",
        // Certificates of clients (RFC 9440 and those before it).
        "sslclient", "sslcert", "xssl", "xtlsclient", "clientcert", "xclientcert", "xclientverify", "xclientdn", "xclientsubject", "xarr", "cfclientcert", "cfcert", "wlproxy",
        // Where a request comes from and what it was before.
        "xoriginal", "xrewrite", "xenvoy", "cfconnecting", "cfpseudo", "fastlyclient", "xazureclientip", "xazuresocketip", "proxyclientip",
    ];

    private static readonly string[] Singles =
    [
        "signature", "signatureinput", "proxy",
        "xuser", "xuserid", "xusername", "xuseremail", "xusergroup", "xusergroups", "xuserrole", "xuserroles", "xuserdn", "xuserinfo", "xauthemail", "xauthname", "xauthsubject",
        "authuser", "logonuser", "authtype", "authpassword", "unmappedremoteuser", "eppn", "persistentid", "targetedid", "affiliation", "unscopedaffiliation", "entitlement",
        "kubeflowuserid", "xidentitystatus", "xroles", "xgroups", "xemail", "xrstudiousername", "essecurityrunasuser", "xanonymousconsumer", "pfuser",
        "xtlssubject", "sslverify", "subjectdn", "xmiddlewaresubrequest", "xsendfiletype", "xaccelmapping", "cloudfrontforwardedproto", "cfvisitor", "fastlyssl",
        "xrealip", "trueclientip", "xclientip", "clientip", "xclusterclientip", "xoriginatingip", "xsourceip", "xcustomipauthorization", "flyclientip", "doconnectingip",
        "xnfclientconnectionip", "xforwardfor", "xcomingfrom", "comingfrom", "xhost", "xhostoverride", "hostoverride", "xhttphostoverride", "xscriptname", "scriptname", "xscheme", "xurlscheme", "frontendhttps",
    ];

    private static readonly string[] Overrides =
        ["xhttpmethodoverride", "xhttpmethod", "xmethodoverride", "httpmethodoverride", "methodoverride"];

    private readonly FrozenDictionary<string, HeaderSuspicion>.AlternateLookup<ReadOnlySpan<char>> _singles;
    private readonly string[] _families;
    private readonly ConcurrentDictionary<string, HeaderSuspicion> _kept = new(StringComparer.Ordinal);
    private int _keptCount;

    /// <param name="identityHeaderNames">Names under which any cluster is told who somebody is.</param>
    /// <param name="more">Further names, and beginnings of names followed by <c>*</c>.</param>
    public InboundHeaderRules(IEnumerable<string> identityHeaderNames, params IReadOnlyCollection<string> more)
    {
        _families = [.. Families, .. more.Where(IsFamily).Select(HeaderName.Fold)];
        var verdicts = Overrides.ToDictionary(name => name, _ => HeaderSuspicion.MethodOverride, StringComparer.Ordinal);
        foreach (var name in Singles.Concat(identityHeaderNames.Concat(more.Where(name => !IsFamily(name))).Select(HeaderName.Fold)))
            verdicts[name] = HeaderSuspicion.Claim;
        _singles = verdicts.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>What speaks against passing this name on. Without allocation for names seen before.</summary>
    public HeaderSuspicion Judge(string name)
    {
        if (_kept.TryGetValue(name, out var verdict))
            return verdict;
        verdict = JudgeAnew(name);
        // The count may overshoot by the number of threads; what matters is that it ends.
        if (name.Length <= MaximumKeptLength && Volatile.Read(ref _keptCount) < MaximumKept && _kept.TryAdd(name, verdict))
            Interlocked.Increment(ref _keptCount);
        return verdict;
    }

    /// <summary>Whether a name asks the app to act on another method than that of the request.</summary>
    public static bool IsMethodOverride(string name) => Overrides.Contains(HeaderName.Fold(name), StringComparer.Ordinal);

    /// <summary>How many verdicts are kept; never much above 1,024.</summary>
    public int KeptVerdicts => Volatile.Read(ref _keptCount);

    private static bool IsFamily(string name) => name.EndsWith('*');

    private HeaderSuspicion JudgeAnew(string name)
    {
        Span<char> buffer = name.Length <= 256 ? stackalloc char[name.Length] : new char[name.Length];
        ReadOnlySpan<char> folded = buffer[..HeaderName.Fold(name, buffer)];
        var verdict = _singles.TryGetValue(folded, out var single) ? single : HeaderSuspicion.None;
        foreach (var family in _families)
        {
            if (folded.StartsWith(family, StringComparison.Ordinal))
                verdict |= HeaderSuspicion.Claim;
        }

        return name.Contains('_', StringComparison.Ordinal) ? verdict | HeaderSuspicion.Underscore : verdict;
    }
}
