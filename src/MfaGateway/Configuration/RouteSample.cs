using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.Configuration;

/// <summary>A request that a route takes.</summary>
/// <param name="Conditions">The route whose headers and query parameters it has.</param>
internal sealed record RouteSample(string Method, HostString Host, string Path, RouteMatch Conditions)
{
    public void Describe(HttpRequest request)
    {
        request.Method = Method;
        request.Host = Host;
        request.Path = Path;
        foreach (var header in Conditions.Headers ?? [])
        {
            if (header.Mode is not (HeaderMatchMode.NotExists or HeaderMatchMode.NotContains))
                request.Headers[header.Name] = new StringValues(First(header.Values));
        }
        var query = (Conditions.QueryParameters ?? []).Where(parameter => parameter.Mode != QueryParameterMatchMode.NotContains)
            .Select(parameter => KeyValuePair.Create(parameter.Name, (StringValues)First(parameter.Values)));
        request.QueryString = QueryString.Create(query);
    }

    public override string ToString() => $"{Method} {Host}{Path}";

    private static string First(IReadOnlyList<string>? values) => values is [var value, ..] ? value : "x";
}
