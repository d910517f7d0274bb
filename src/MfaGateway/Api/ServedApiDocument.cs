using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MfaGateway.Api;

/// <summary>The API's description as it is sent. Making it takes a tenth of a second of CPU, so it is made once, when it is first asked for.</summary>
public sealed class ServedApiDocument([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider provider)
{
    private readonly Lock _gate = new();
    private Task<(byte[] Content, string Tag)>? _made;

    /// <summary>Answers GET, and a conditional one with 304 (RFC 9110 section 13.1.2).</summary>
    public async Task SendAsync(HttpContext context)
    {
        var (content, tag) = await GetAsync();
        var response = context.Response;
        response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "application/json;charset=utf-8";
        response.ContentLength = content.Length;
        await response.Body.WriteAsync(content, context.RequestAborted);
    }

    // Not with any one request's token: who hangs up must not leave the others without it.
    private Task<(byte[] Content, string Tag)> GetAsync()
    {
        lock (_gate)
        {
            if (_made is null or { IsFaulted: true })
                _made = Task.Run(MakeAsync);
            return _made;
        }
    }

    private async Task<(byte[] Content, string Tag)> MakeAsync()
    {
        var document = await provider.GetOpenApiDocumentAsync(CancellationToken.None);
        var content = Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, CancellationToken.None));
        return (content, $"\"{Base64Url.EncodeToString(SHA256.HashData(content).AsSpan(0, 9))}\"");
    }
}
