using MfaGateway.Core.Accounts;
using MfaGateway.Core.IdentityHeaders;

namespace MfaGateway.Proxying;

/// <summary>What one cluster is told and how, worked out once from <see cref="ClusterIdentityOptions"/>.</summary>
internal sealed class ClusterIdentity
{
    private const int MaxKeyFileLength = 64 * 1024;

    private readonly HashSet<string>? groups;

    /// <param name="contentRoot">What a relative key file is relative to.</param>
    public ClusterIdentity(string id, ClusterIdentityOptions options, string contentRoot)
    {
        Audience = options.Audience ?? id;
        groups = options.Groups?.ToHashSet(GroupNames.Comparer);
        Assertion = NameFor(options.HeaderNames, IdentityHeaderNames.Assertion);
        User = NameFor(options.HeaderNames, IdentityHeaderNames.User);
        Name = NameFor(options.HeaderNames, IdentityHeaderNames.Name);
        Email = NameFor(options.HeaderNames, IdentityHeaderNames.Email);
        Groups = NameFor(options.HeaderNames, IdentityHeaderNames.Groups);
        HeaderNames = [.. new[] { Assertion, User, Name, Email, Groups }.Where(name => name.Length > 0)];
        AuthenticatesConnections = options.ConnectionAuthentication;
        Signs = options.Signature is not null;
        if (options.Signature is { Algorithm: MessageSignatureAlgorithm.HmacSha256 } signature)
            Secret = new HmacSigningKey(signature.KeyId ?? id, ReadKeyFile(signature.KeyFile!, contentRoot));
    }

    public string Audience { get; }

    public string Assertion { get; }

    public string User { get; }

    public string Name { get; }

    public string Email { get; }

    public string Groups { get; }

    /// <summary>All of the above that are in use.</summary>
    public string[] HeaderNames { get; }

    /// <summary>The app may authenticate connections, which are therefore kept apart.</summary>
    public bool AuthenticatesConnections { get; }

    /// <summary>Requests are signed by RFC 9421: with <see cref="Secret"/>, or else with the gateway's key pair.</summary>
    public bool Signs { get; }

    public HmacSigningKey? Secret { get; }

    /// <summary>The name that stands for a standard one; empty when the header is left out.</summary>
    public static string NameFor(Dictionary<string, string> names, string standard) =>
        names.FirstOrDefault(pair => pair.Key.Equals(standard, StringComparison.OrdinalIgnoreCase)).Value ?? standard;

    /// <exception cref="FormatException">It holds no key: it is empty, a device or a pipe, larger than a key can be, or text in UTF-16.</exception>
    public static byte[] ReadKeyFile(string file, string contentRoot)
    {
        var path = Path.Combine(contentRoot, file);
        // A device has no length and no end, and a pipe is never opened.
        var length = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path).Length;
        if (length is 0 or > MaxKeyFileLength)
            throw new FormatException($"it must be a regular file of 1 to {MaxKeyFileLength} bytes.");
        return HmacSigningKey.ReadSecret(File.ReadAllBytes(path));
    }

    /// <summary>The statement with the groups this cluster may be told of.</summary>
    public IdentityStatement Narrow(IdentityStatement statement) =>
        groups is null ? statement : statement with { Groups = [.. statement.Groups.Where(groups.Contains)] };
}
