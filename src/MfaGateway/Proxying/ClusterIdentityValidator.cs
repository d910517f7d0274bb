using MfaGateway.Configuration;
using MfaGateway.Core.IdentityHeaders;

namespace MfaGateway.Proxying;

/// <summary>Checks what clusters are configured to be told, one line a fault: the full key, what it may hold, what it holds.</summary>
public static class ClusterIdentityValidator
{
    /// <summary>The key under which clusters are configured.</summary>
    public const string Key = "MfaGateway:Clusters";

    /// <summary>What an audience may be, to follow "must be".</summary>
    public const string AllowedAudience = "1 to 256 characters on one line, without blanks around them";

    // Names that frame or route a request, or that the proxy itself takes away again.
    private static readonly HashSet<string> ReservedNames = new[]
    {
        "Host", "Connection", "Upgrade", "TE", "Trailer", "Transfer-Encoding", "Keep-Alive", "Cookie", "Expect", "Close",
        "Proxy-Connection", "Proxy-Authorization", "Allow", "Content-Disposition", "Content-Encoding", "Content-Language",
        "Content-Length", "Content-Location", "Content-MD5", "Content-Range", "Content-Type", "Expires", "Last-Modified",
        "Signature", "Signature-Input", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded", "Via",
        "Set-Cookie", "Set-Cookie2", "Cookie2", "Proxy-Authenticate", "Proxy-Authentication-Info", "WWW-Authenticate", "HTTP2-Settings", "Location",
        "Max-Forwards", "Accept-Ranges", "Content-Digest", "Repr-Digest", "Priority", "Alt-Svc",
    }.Select(HeaderName.Fold).ToHashSet(StringComparer.Ordinal);

    /// <summary>Every fault; empty when all is well. Reads the key files.</summary>
    /// <param name="clusters">By cluster id.</param>
    /// <param name="contentRoot">What relative key files are relative to.</param>
    public static IReadOnlyList<string> Faults(
        IReadOnlyDictionary<string, ClusterIdentityOptions> clusters, string contentRoot)
    {
        var faults = new List<string>();
        foreach (var (id, cluster) in clusters)
        {
            var key = $"{Key}:{id}";
            if (cluster.Audience is { } audience && !IsAudience(audience))
                faults.Add($"{key}:Audience must be {AllowedAudience}, but was {ShownValue.Of(audience)}.");
            CheckNames(faults, $"{key}:HeaderNames", cluster.HeaderNames);
            if (cluster.Signature is { } signature)
                CheckSignature(faults, $"{key}:Signature", signature, contentRoot);
            foreach (var group in cluster.Groups ?? [])
            {
                if (IdentityText.ValidateGroup(group) is { } fault)
                    faults.Add($"{key}:Groups: each group {fault[..^1]}, but one was \"{group}\".");
            }
        }

        return faults;
    }

    private static bool IsAudience(string text) => text.Length is >= 1 and <= 256 && text.Trim().Length == text.Length && IdentityText.Validate(text) is null;

    // An app may read another spelling of a name as the same one.
    private static bool IsFree(string name) => RemovableHeaders.IsOne(name) && !name.EndsWith('*') && !ReservedNames.Contains(HeaderName.Fold(name));

    private static void CheckNames(List<string> faults, string key, Dictionary<string, string> names)
    {
        foreach (var (standard, name) in names)
        {
            if (!IdentityHeaderNames.All.Contains(standard, StringComparer.OrdinalIgnoreCase))
                faults.Add($"{key} may hold {string.Join(", ", IdentityHeaderNames.All)}, but held \"{standard}\".");
            else if (name.Length == 0 && standard.Equals(IdentityHeaderNames.Assertion, StringComparison.OrdinalIgnoreCase))
                faults.Add($"{key}:{standard} must be a header name, but was empty: no request is sent without its assertion.");
            else if (name.Length > 0 && !IsFree(name))
                faults.Add($"{key}:{standard} must be a header name that HTTP and the gateway do not use themselves, but was \"{name}\".");
        }

        var alike = IdentityHeaderNames.All
            .Select(standard => ClusterIdentity.NameFor(names, standard))
            .Where(name => name.Length > 0)
            .GroupBy(HeaderName.Fold, StringComparer.Ordinal)
            .Where(group => group.Count() > 1);
        foreach (var group in alike)
            faults.Add($"{key} must name each header differently, but held {string.Join(" and ", group.Select(name => $"\"{name}\""))}.");
    }

    private static void CheckSignature(List<string> faults, string key, MessageSignatureOptions signature, string contentRoot)
    {
        switch (signature.Algorithm)
        {
            case MessageSignatureAlgorithm.HmacSha256:
                CheckKeyId(faults, key, signature.KeyId);
                CheckKeyFile(faults, key, signature.KeyFile, contentRoot);
                break;
            case MessageSignatureAlgorithm.EcdsaP256Sha256:
                if (signature.KeyId is not null)
                    faults.Add($"{key}:KeyId must be left out with {signature.Algorithm} (it is the kid in the key set), but was \"{signature.KeyId}\".");
                if (signature.KeyFile is not null)
                    faults.Add($"{key}:KeyFile must be left out with {signature.Algorithm} (the gateway's own key signs), but was \"{signature.KeyFile}\".");
                break;
            default:
                faults.Add($"{key}:Algorithm must be {MessageSignatureAlgorithm.HmacSha256} or {MessageSignatureAlgorithm.EcdsaP256Sha256}, but was \"{signature.Algorithm}\".");
                break;
        }
    }

    private static void CheckKeyId(List<string> faults, string key, string? keyId)
    {
        if (keyId is null)
            return;
        if (keyId.Length is 0 or > 128 || keyId.Any(c => c is < ' ' or > '~' or '"' or '\\'))
            faults.Add($"{key}:KeyId must be 1 to 128 printable ASCII characters other than \" and \\, but was \"{keyId}\".");
    }

    private static void CheckKeyFile(List<string> faults, string key, string? file, string contentRoot)
    {
        if (string.IsNullOrEmpty(file))
        {
            faults.Add($"{key}:KeyFile must name a file with a key of {HmacSigningKey.MinimumLength} bytes or more, but was empty.");
            return;
        }

        try
        {
            var secret = ClusterIdentity.ReadKeyFile(file, contentRoot);
            if (secret.Length < HmacSigningKey.MinimumLength)
                faults.Add($"{key}:KeyFile must hold a key of {HmacSigningKey.MinimumLength} bytes or more, but \"{file}\" holds {secret.Length}.");
            else if (secret.AsSpan().IndexOfAnyExcept(secret[0]) < 0)
                faults.Add($"{key}:KeyFile must hold a random key, but all bytes of \"{file}\" are the same.");
        }
        catch (FormatException failure)
        {
            faults.Add($"{key}:KeyFile must hold a key, but \"{file}\" does not: {failure.Message}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            faults.Add($"{key}:KeyFile must name a file that can be read, but was \"{file}\": {failure.Message}");
        }
    }
}
