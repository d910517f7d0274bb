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

    // Whole families: ours, the X-Forwarded-* that the gateway sets anew, and those of well-known peers.
    private static readonly string[] Families =
    [
        "xmfa", "remote", "xremote", "xforwarded", "xauthrequest", "xwebauth", "xauthentik", "xpomerium", "cfaccess",
        "xgoogiap", "xgoogauthenticated", "sslclient", "xsslclient", "xamznoidc", "xmsclientprincipal",
    ];

    private static readonly string[] Singles =
    [
        "signature", "signatureinput", "forwarded", "xrealip", "trueclientip", "xclientip", "xclusterclientip",
        "cfconnectingip", "xoriginalurl", "xrewriteurl", "xoriginaluri", "xoriginalmethod", "xoriginalfor",
        "xoriginalhost", "xoriginalproto", "xoriginalprefix", "proxy",
    ];

    private static readonly string[] Overrides =
        ["xhttpmethodoverride", "xhttpmethod", "xmethodoverride", "httpmethodoverride", "methodoverride"];

    private readonly FrozenDictionary<string, HeaderSuspicion>.AlternateLookup<ReadOnlySpan<char>> singles;
    private readonly ConcurrentDictionary<string, HeaderSuspicion> kept = new(StringComparer.Ordinal);
    private int keptCount;

    /// <param name="identityHeaderNames">Names under which any cluster is told who somebody is.</param>
    public InboundHeaderRules(IEnumerable<string> identityHeaderNames)
    {
        var verdicts = Overrides.ToDictionary(name => name, _ => HeaderSuspicion.MethodOverride, StringComparer.Ordinal);
        foreach (var name in Singles.Concat(identityHeaderNames.Select(HeaderName.Fold)))
            verdicts[name] = HeaderSuspicion.Claim;
        singles = verdicts.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>What speaks against passing this name on. Without allocation for names seen before.</summary>
    public HeaderSuspicion Judge(string name)
    {
        if (kept.TryGetValue(name, out var verdict))
            return verdict;
        verdict = JudgeAnew(name);
        // The count may overshoot by the number of threads; what matters is that it ends.
        if (name.Length <= MaximumKeptLength && Volatile.Read(ref keptCount) < MaximumKept && kept.TryAdd(name, verdict))
            Interlocked.Increment(ref keptCount);
        return verdict;
    }

    /// <summary>How many verdicts are kept; never much above 1,024.</summary>
    public int KeptVerdicts => Volatile.Read(ref keptCount);

    private HeaderSuspicion JudgeAnew(string name)
    {
        Span<char> buffer = name.Length <= 256 ? stackalloc char[name.Length] : new char[name.Length];
        ReadOnlySpan<char> folded = buffer[..HeaderName.Fold(name, buffer)];
        var verdict = singles.TryGetValue(folded, out var single) ? single : HeaderSuspicion.None;
        foreach (var family in Families)
        {
            if (folded.StartsWith(family, StringComparison.Ordinal))
                verdict |= HeaderSuspicion.Claim;
        }

        return name.Contains('_', StringComparison.Ordinal) ? verdict | HeaderSuspicion.Underscore : verdict;
    }
}
