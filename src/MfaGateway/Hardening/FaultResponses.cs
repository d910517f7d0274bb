using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Hardening;

/// <summary>
/// The outermost boundary: whatever goes wrong, nothing was let in, and the answer says no more than when to come back.
/// The detail is logged under the same id that the page shows.
/// </summary>
public sealed class FaultResponses(RequestDelegate next, ILogger<FaultResponses> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer.
        }
        catch (BadHttpRequestException fault)
        {
            await AnswerAsync(context, fault, new Problem(
                fault.StatusCode, "malformed-request", "The request can't be read.", "Check what was sent."));
        }
        catch (Exception fault) when (fault is StoreUnavailableException or StoreRefusedException)
        {
            Log.StoreUnavailable(logger, context.TraceIdentifier, fault);
            await AnswerAsync(context, fault, new Problem(
                StatusCodes.Status503ServiceUnavailable, "store-unavailable", "Sign-in is not possible right now.",
                "Nothing was lost. Try again in a few seconds.")
            { RetryAfter = 5 });
        }
        catch (ClockBehindException fault)
        {
            Log.ClockBehind(logger, context.TraceIdentifier, fault.Message);
            await AnswerAsync(context, fault, new Problem(
                StatusCodes.Status503ServiceUnavailable, "clock-behind", "Codes and links can't be checked right now.",
                "Nothing was counted. Try again in a few minutes.")
            { RetryAfter = 60 });
        }
        catch (PasswordHashingBusyException fault)
        {
            await AnswerAsync(context, fault, new Problem(
                StatusCodes.Status503ServiceUnavailable, "busy", "Too many people are signing in at once.",
                "Try again in a few seconds.")
            { RetryAfter = 5 });
        }
        catch (Exception fault)
        {
            Log.Unexpected(logger, context.TraceIdentifier, fault);
            await AnswerAsync(context, fault, new Problem(
                StatusCodes.Status500InternalServerError, "internal-error", "Something went wrong here.",
                "Try again; if it stays, tell the administrator of this site the id below."));
        }
    }

    private static Task AnswerAsync(HttpContext context, Exception fault, Problem problem)
    {
        // Half an answer is out already: only cutting the connection tells the client that it is not whole.
        if (context.Response.HasStarted)
            return Task.FromException(fault);

        context.Response.Clear();
        context.Response.Headers.CacheControl = "no-store";
        return Problems.WriteAsync(context, problem);
    }
}
