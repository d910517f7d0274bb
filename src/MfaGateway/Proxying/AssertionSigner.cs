using MfaGateway.Core.IdentityHeaders;

namespace MfaGateway.Proxying;

/// <summary>Writes the headers of a statement with the key of the hour.</summary>
internal sealed class AssertionSigner(
    IdentityHeaderSettings settings, SigningKeyRing ring, TimeProvider clock, ILogger<AssertionSigner> logger)
{
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <exception cref="InvalidOperationException">The keys have not been read yet.</exception>
    public SigningKey Key => ring.Signer;

    public PreparedHeaders Prepare(IdentityStatement whole, ClusterIdentity cluster, DateTimeOffset now)
    {
        var key = Key;
        var statement = cluster.Narrow(whole);
        var scope = new AssertionScope(settings.Issuer, cluster.Audience, now, settings.AssertionLifetime);
        var assertion = AssertionWriter.Write(statement, scope, key);

        var fields = new List<KeyValuePair<string, string>>(5) { new(cluster.Assertion, assertion.Token) };
        if (!statement.IsAnonymous)
            AddPlain(fields, cluster, statement, assertion.GroupsWereCut);
        return new PreparedHeaders(cluster, key, [.. fields], now, now + settings.AssertionLifetime / 2);
    }

    private void AddPlain(
        List<KeyValuePair<string, string>> fields, ClusterIdentity cluster, IdentityStatement statement, bool cutInAssertion)
    {
        Add(fields, cluster.User, HeaderValue.Encode(statement.UserName));
        Add(fields, cluster.Name, HeaderValue.Encode(statement.Name));
        Add(fields, cluster.Email, HeaderValue.Encode(statement.Email));
        var groups = HeaderValue.JoinGroups(statement.Groups);
        Add(fields, cluster.Groups, groups.Value);
        if (groups.WasCut || cutInAssertion)
            Log.GroupsCut(logger, statement.Subject, statement.Groups.Count, cluster.Audience, HeaderValue.MaximumGroupBytes);
    }

    private static void Add(List<KeyValuePair<string, string>> fields, string name, string value)
    {
        if (name.Length > 0 && value.Length > 0)
            fields.Add(new(name, value));
    }
}
