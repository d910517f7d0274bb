using MfaGateway.Access;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Net.Http.Headers;

namespace MfaGateway.Hardening;

/// <summary>
/// What a page takes: GET, HEAD, and posts of small urlencoded forms. The form is read here, before anything binds to it,
/// so that a malformed or ambiguous one is refused, counts as no attempt and never becomes a fault.
/// </summary>
public sealed class FormLimits : IAsyncResourceFilter
{
    public const int MaxBytes = 16 * 1024;

    private static readonly FormOptions Options = new()
    {
        BufferBodyLengthLimit = MaxBytes,
        KeyLengthLimit = 64,
        ValueLengthLimit = MaxBytes,
        ValueCountLimit = 16,
    };

    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        var http = context.HttpContext;
        if (await RefusalAsync(http) is { } status)
        {
            context.Result = new StatusCodeResult(status);
            return;
        }

        var isForm = HttpMethods.IsPost(http.Request.Method);
        if (isForm && !await http.RequestServices.GetRequiredService<AccessAfterBody>().HoldsAsync(http))
        {
            context.Result = new EmptyResult();
            return;
        }

        if (isForm
            && FormAmbiguity.Find(http.Request.Form, http.Request.Query, context.RouteData.Values, context.ActionDescriptor) is { } problem)
        {
            http.Features.Set(problem);
            context.Result = new StatusCodeResult(problem.Status);
            return;
        }

        await next();
    }

    private static async Task<int?> RefusalAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return null;

        if (!HttpMethods.IsPost(request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD, POST";
            return StatusCodes.Status405MethodNotAllowed;
        }

        if (!IsUrlEncoded(request))
            return StatusCodes.Status415UnsupportedMediaType;

        return request.ContentLength > MaxBytes ? StatusCodes.Status413PayloadTooLarge : await ReadAsync(context);
    }

    // UTF-8 is what our pages send; in another charset two spellings of one name would exist.
    private static bool IsUrlEncoded(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static async Task<int?> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxBytes;

        var form = new FormFeature(context.Request, Options);
        context.Features.Set<IFormFeature>(form);
        try
        {
            await form.ReadFormAsync(context.RequestAborted);
            return null;
        }
        catch (InvalidDataException)
        {
            return StatusCodes.Status400BadRequest;
        }
        catch (BadHttpRequestException refused)
        {
            return refused.StatusCode;
        }
    }
}
