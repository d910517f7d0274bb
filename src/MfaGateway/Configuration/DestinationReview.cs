namespace MfaGateway.Configuration;

/// <summary>Where clusters send requests to. YARP itself finds out at the first request, and answers that with a fault.</summary>
internal static class DestinationReview
{
    private static readonly string[] AddressKeys = ["Address", "Health"];

    public static IEnumerable<string> Find(IConfiguration configuration) =>
        from cluster in configuration.GetSection("ReverseProxy:Clusters").GetChildren()
        from destination in cluster.GetSection("Destinations").GetChildren()
        from key in AddressKeys
        where !IsAddress(destination[key], isNeeded: key == "Address")
        select $"{destination.Path}:{key} must be an address such as http://127.0.0.1:8080/, but was {Shown(destination[key])}.";

    private static bool IsAddress(string? text, bool isNeeded) => string.IsNullOrEmpty(text)
        ? !isNeeded
        : Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.Host.Length > 0 && address.Query.Length == 0 && address.Fragment.Length == 0;

    private static string Shown(string? text) => string.IsNullOrEmpty(text) ? "not set" : ShownValue.Of(text);
}
