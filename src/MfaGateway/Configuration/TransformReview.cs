using MfaGateway.Core.IdentityHeaders;
using MfaGateway.Proxying;

namespace MfaGateway.Configuration;

/// <summary>What transforms and affinity write into messages: YARP passes it on as it is, and the server fails at the first request.</summary>
internal static class TransformReview
{
    // Transforms whose value is the name of a header or trailer.
    private static readonly string[] Names =
        ["RequestHeader", "RequestHeaderRemove", "RequestHeaderRouteValue", "ResponseHeader", "ResponseHeaderRemove", "ResponseTrailer", "ResponseTrailerRemove", "ClientCert"];

    // Those that write a header of the request.
    private static readonly string[] Writers = ["RequestHeader", "RequestHeaderRouteValue", "ClientCert"];

    private static readonly string[] Values = ["Set", "Append"];

    public static IEnumerable<string> Find(IConfiguration configuration)
    {
        var parts = from route in configuration.GetSection("ReverseProxy:Routes").GetChildren()
                    from transform in route.GetSection("Transforms").GetChildren()
                    from part in transform.GetChildren()
                    select part;
        var keys = configuration.GetSection("ReverseProxy:Clusters").GetChildren().Select(cluster => cluster.GetSection("SessionAffinity:AffinityKeyName"));
        return parts.SelectMany(Find).Concat(configuration.GetSection("ReverseProxy:Routes").GetChildren().SelectMany(route => IdentityFaults(route, configuration))).Concat(keys.Where(key => key.Value is { Length: > 0 }).SelectMany(AffinityFault));
    }

    private static IEnumerable<string> Find(IConfigurationSection part)
    {
        if (Names.Contains(part.Key, StringComparer.OrdinalIgnoreCase))
            return NameFault(part);
        return Values.Contains(part.Key, StringComparer.OrdinalIgnoreCase) && part.Value is { } value && value.Any(c => char.IsControl(c) && c != '\t')
            ? [$"{part.Path} must be one line, but was {ShownValue.Of(value)}."]
            : [];
    }

    // The gateway writes its own spelling over what a transform has written; another one would reach the app beside it.
    private static IEnumerable<string> IdentityFaults(IConfigurationSection route, IConfiguration configuration)
    {
        var names = configuration.GetSection($"{ClusterIdentityValidator.Key}:{route["ClusterId"]}:HeaderNames").GetChildren().Select(name => name.Value)
            .OfType<string>().Concat(IdentityHeaderNames.All).Concat(["Signature", "Signature-Input"]).ToList();
        return from transform in route.GetSection("Transforms").GetChildren()
               from part in transform.GetChildren()
               where Writers.Contains(part.Key, StringComparer.OrdinalIgnoreCase) && part.Value is not null
               let identity = names.Find(name => name.Length > 0 && HeaderName.Fold(name) == HeaderName.Fold(part.Value!))
               where identity is not null && !names.Contains(part.Value!, StringComparer.OrdinalIgnoreCase)
               select $"{part.Path} must not be another spelling of {identity}, which says who a person is, but was {ShownValue.Of(part.Value!)}: many apps read both as one.";
    }

    // A cookie of that name would replace the gateway's own, and end the sign-in.
    private static IEnumerable<string> AffinityFault(IConfigurationSection key) =>
        key.Value!.Replace("__Host-", "", StringComparison.OrdinalIgnoreCase).Replace("__Secure-", "", StringComparison.OrdinalIgnoreCase)
            .StartsWith("mfa_", StringComparison.OrdinalIgnoreCase)
            ? [$"{key.Path} must not be the name of a cookie of the gateway, but was {ShownValue.Of(key.Value!)}."]
            : NameFault(key);

    private static IEnumerable<string> NameFault(IConfigurationSection part)
    {
        if (!HeaderName.IsToken(part.Value ?? ""))
            yield return $"{part.Path} must be a name of letters, digits and !#$%&'*+-.^_`|~, but was {ShownValue.Of(part.Value ?? "")}.";
    }
}
