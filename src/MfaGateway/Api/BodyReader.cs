using System.Text.Json;
using MfaGateway.Hardening;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace MfaGateway.Api;

/// <summary>Reads small JSON documents of known members. Nothing else is taken, and nothing of what was sent is logged.</summary>
public static class BodyReader
{
    public const string MediaType = "application/json";

    /// <summary>As much as a form of the pages may hold.</summary>
    public const int MaxBytes = FormLimits.MaxBytes;

    private const int LongestShownPath = 64;

    /// <returns>What to answer instead; null when all is read and noted on the request.</returns>
    public static async Task<Problem?> ReadAsync(HttpContext context, Type type)
    {
        var request = context.Request;
        if (request.ContentLength > MaxBytes)
            return ApiProblems.TooLarge;

        byte[] bytes;
        try
        {
            bytes = await ReadAllAsync(context);
        }
        catch (BadHttpRequestException refused)
        {
            return refused.StatusCode == ApiProblems.TooLarge.Status ? ApiProblems.TooLarge : ApiProblems.MalformedBody;
        }

        var isNothing = bytes.Length == 0 && type == typeof(Nothing);
        if (!IsJson(request) && !(isNothing && request.ContentType is null))
            return ApiProblems.UnsupportedMediaType;

        return isNothing ? null : Parse(context, bytes, type);
    }

    private static Problem? Parse(HttpContext context, byte[] bytes, Type type)
    {
        try
        {
            if (JsonSerializer.Deserialize(bytes, type, ApiJson.Options) is not { } value)
                return ApiProblems.MalformedBody;

            context.Features.Set(new ReadBody(value));
            return null;
        }
        catch (JsonException fault)
        {
            return ApiProblems.MalformedBody with { Detail = Explain(fault.Path) };
        }
    }

    private static async Task<byte[]> ReadAllAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxBytes;

        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        return bytes.ToArray();
    }

    // RFC 8259 section 8.1: UTF-8 and nothing else. A form can't have this type, so that one of another site's is refused here too.
    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    // Where it is, as the sender wrote it; what it says is repeated to nobody.
    private static string? Explain(string? path) =>
        path is { Length: > 1 and <= LongestShownPath } && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '$' or '.' or '_' or '[' or ']')
            ? $"Look at {path}: members are named and typed as the OpenAPI document says, each once, and no others."
            : ApiProblems.MalformedBody.Detail;
}
