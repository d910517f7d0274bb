using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace MfaGateway.Configuration;

/// <summary>
/// Keys and values under <c>Kestrel</c> that the server passes over: unknown keys, values of another shape, and names that it does
/// not know (a misspelt <c>ClientCertificateMode</c> would ask for no certificate).
/// </summary>
internal static class KestrelReview
{
    private static readonly string[] Tls = ["Protocols", "SslProtocols:*", "ClientCertificateMode"];

    private static readonly string[] Certificate = ["Path", "KeyPath", "Password", "Subject", "Store", "Location", "AllowInvalid"];

    private static readonly string[][] Known =
    [
        .. Tls.Select(key => $"EndpointDefaults:{key}")
            .Append("Endpoints:*:Url")
            .Concat(Tls.Select(key => $"Endpoints:*:{key}"))
            .Concat(Tls.Select(key => $"Endpoints:*:Sni:*:{key}"))
            .Concat(Certificate.Select(key => $"Endpoints:*:Certificate:{key}"))
            .Concat(Certificate.Select(key => $"Endpoints:*:Sni:*:Certificate:{key}"))
            .Concat(Certificate.Select(key => $"Certificates:*:{key}"))
            .Select(key => key.Split(':')),
    ];

    public static IEnumerable<string> Find(IConfiguration configuration) => Within(configuration.GetSection("Kestrel"), Known, depth: 0);

    private static IEnumerable<string> Within(IConfigurationSection section, string[][] known, int depth)
    {
        if (!string.IsNullOrEmpty(section.Value))
            yield return $"{section.Path} must be {(known[0][depth..] is [SettingKeys.AnyName] ? "a list" : "a section")}, but was {ShownValue.Of(section.Value)}.";
        foreach (var child in section.GetChildren())
        {
            var matching = known.Where(key => key[depth] == SettingKeys.AnyName || key[depth].Equals(child.Key, StringComparison.OrdinalIgnoreCase)).ToArray();
            var faults = matching switch
            {
                [] => [UnknownKeys.Fault(child, [.. known.Select(key => key[depth]).Distinct(StringComparer.Ordinal)])],
                [var key] when key.Length == depth + 1 => ValueFaults(child, key[^1] == SettingKeys.AnyName ? key[^2] : key[^1]),
                _ => Within(child, matching, depth + 1),
            };
            foreach (var fault in faults)
                yield return fault;
        }
    }

    private static IEnumerable<string> ValueFaults(IConfigurationSection section, string setting)
    {
        string[]? names = setting switch
        {
            "Protocols" => Enum.GetNames<HttpProtocols>(),
            "ClientCertificateMode" => Enum.GetNames<ClientCertificateMode>(),
            "SslProtocols" => Enum.GetNames<SslProtocols>(),
            "AllowInvalid" => ["true", "false"],
            _ => null,
        };
        if (section.GetChildren().Any())
            yield return $"{section.Path} must be one text, but was {ShownValue.Of(section)}.";
        else if (names is not null && !names.Contains(section.Value, StringComparer.OrdinalIgnoreCase))
            yield return $"{section.Path} must be one of {string.Join(", ", names)}, but was {ShownValue.Of(section)}.";
    }
}
