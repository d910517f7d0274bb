using System.Buffers.Text;
using System.Reflection;
using System.Security.Cryptography;
using MfaGateway.Configuration;

namespace MfaGateway.Pages;

/// <summary>
/// The style sheet, the script and the mark, out of the program file itself. Their addresses carry a hash of their
/// content, so that browsers may keep them for good and yet never mix two versions.
/// </summary>
public sealed class Assets
{
    private const string ResourcePrefix = "MfaGateway.wwwroot.";

    private readonly string _path;
    private readonly Dictionary<string, Asset> _byName = new(StringComparer.Ordinal);

    public Assets(GatewayOptions options)
    {
        _path = options.PathPrefix + "/assets";
        var assembly = typeof(Assets).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (resource.StartsWith(ResourcePrefix, StringComparison.Ordinal))
                _byName[resource[ResourcePrefix.Length..]] = Read(assembly, resource);
        }
    }

    /// <summary>The address of an asset, with its content's hash.</summary>
    /// <exception cref="KeyNotFoundException">There is no such asset.</exception>
    public string Url(string name) => $"{_path}/{name}?v={_byName[name].Version}";

    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods(_path + "/{name}", [HttpMethods.Get, HttpMethods.Head], SendAsync)
            .AllowAnonymous()
            .WithOrder(GatewayPages.EndpointOrder);

    private Task SendAsync(HttpContext context)
    {
        if (context.GetRouteValue("name") is not string name || !_byName.TryGetValue(name, out var asset))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        // Without its hash the address is somebody's own: they get the content, but have to ask again each time.
        var headers = context.Response.Headers;
        headers.CacheControl = context.Request.Query["v"] == asset.Version ? "public, max-age=31536000, immutable" : "no-cache";
        headers.ETag = $"\"{asset.Version}\"";
        if (context.Request.Headers.IfNoneMatch == headers.ETag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        context.Response.ContentType = asset.ContentType;
        context.Response.ContentLength = asset.Content.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(asset.Content, context.RequestAborted).AsTask();
    }

    private static Asset Read(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var content = copy.ToArray();
        var version = Base64Url.EncodeToString(SHA256.HashData(content).AsSpan(0, 9));
        return new Asset(content, version, ContentTypeOf(resource));
    }

    private static string ContentTypeOf(string resource) => Path.GetExtension(resource) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"The asset {resource} has the extension {other}, of which no media type is known."),
    };

    private sealed record Asset(byte[] Content, string Version, string ContentType);
}
