using MfaGateway.Hardening;

namespace MfaGateway.Configuration;

/// <summary>Where the gateway is to listen: what Kestrel would throw for at the start, said like every other fault.</summary>
internal static class ListenerReview
{
    private const string Allowed = "an address such as http://127.0.0.1:5000 or https://*:443";

    private static readonly string[] CertificateFiles = ["Path", "KeyPath"];

    public static IEnumerable<string> Find(IConfiguration configuration)
    {
        var contentRoot = configuration[HostDefaults.ContentRootKey] ?? Directory.GetCurrentDirectory();
        return Urls(configuration)
            .Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren().SelectMany(endpoint => Endpoint(endpoint, contentRoot)))
            .Concat(configuration.GetSection("Kestrel:Certificates").GetChildren().SelectMany(certificate => Files(certificate, contentRoot)));
    }

    private static IEnumerable<string> Urls(IConfiguration configuration) =>
        (configuration[WebHostDefaults.ServerUrlsKey] ?? string.Empty)
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(url => !IsAddress(url))
            .Select(url => $"{WebHostDefaults.ServerUrlsKey} must be {Allowed}, but was {ShownValue.Of(url)}.");

    private static IEnumerable<string> Endpoint(IConfigurationSection endpoint, string contentRoot)
    {
        var url = endpoint["Url"];
        if (string.IsNullOrEmpty(url))
            yield return $"{endpoint.Path}:Url must be {Allowed}, but was not set.";
        else if (!IsAddress(url))
            yield return $"{endpoint.Path}:Url must be {Allowed}, but was {ShownValue.Of(url)}.";
        foreach (var fault in Files(endpoint.GetSection("Certificate"), contentRoot))
            yield return fault;
        foreach (var host in endpoint.GetSection("Sni").GetChildren())
        {
            if (HostFault(host.Key) is { } fault)
                yield return $"{host.Path} {fault}";
        }
    }

    // The server compares decoded names: an entry in another spelling would never be met, and its host get the certificate mode of others.
    private static string? HostFault(string key)
    {
        var name = key.StartsWith("*.", StringComparison.Ordinal) ? key[2..] : key;
        if (key is "*")
            return null;
        if (HostName.OfSetting(name) is not { } read)
            return "must be one host such as wiki.example.org, *.example.org or *.";
        return read.Equals(name, StringComparison.OrdinalIgnoreCase) ? null : $"must name {read} in this spelling, in which TLS handshakes are compared.";
    }

    private static IEnumerable<string> Files(IConfigurationSection certificate, string contentRoot) =>
        CertificateFiles
            .Where(key => certificate[key] is { Length: > 0 } file && !File.Exists(Path.Combine(contentRoot, file)))
            .Select(key => $"{certificate.Path}:{key} must be a file that is there, but was {ShownValue.Of(certificate[key]!)}.");

    private static bool IsAddress(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.PathBase.Length == 0
                && (address.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase) || address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase));
        }
        catch (FormatException)
        {
            return false; // that is how it says no
        }
    }
}
