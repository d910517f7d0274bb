using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Storage;
using MfaGateway.Pages;
using Microsoft.AspNetCore.Mvc.Filters;

namespace MfaGateway.Hardening;

/// <summary>
/// Shows a form again that could not be decided on right now (503), with what was typed but for secrets. Where a form can't be shown, the error page
/// leads back to it.
/// </summary>
public sealed class UnavailableForms : IAsyncPageFilter
{
    private const int RetryAfterSeconds = 5;

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var executed = await next();
        var http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method)
            || executed is not { Exception: { } exception, HandlerInstance: GatewayPage { CanShowAgain: true } page }
            || TextFor(exception) is not { } text)
        {
            return;
        }

        var logger = http.RequestServices.GetRequiredService<ILogger<FaultResponses>>();
        if (exception is not PasswordHashingBusyException)
            Log.StoreUnavailable(logger, http.TraceIdentifier, exception);

        // What was set before it failed must not go out with it.
        http.Response.Clear();
        http.Response.OnStarting(() =>
        {
            // As on every answer of an outage; the form adds its own otherwise.
            http.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        http.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        executed.Exception = null;
        executed.Result = page.ShowAgain(StatusCodes.Status503ServiceUnavailable, $"{text} (Error {http.TraceIdentifier})");
    }

    /// <returns>Null for what is a fault, and no matter of waiting.</returns>
    private static string? TextFor(Exception exception) => exception switch
    {
        StoreUnavailableException or StoreRefusedException => "Sign-in is not possible right now. Try again in a few seconds.",
        PasswordHashingBusyException => "Too many people are signing in at once. Try again in a few seconds.",
        _ => null,
    };
}
