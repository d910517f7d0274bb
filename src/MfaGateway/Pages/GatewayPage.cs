using System.Globalization;
using MfaGateway.Challenges;
using MfaGateway.Hardening;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MfaGateway.Pages;

/// <summary>What every page of the gateway has: where the person wants to go, and what went wrong.</summary>
public abstract class GatewayPage : PageModel
{
    [BindProperty(Name = "returnUrl", SupportsGet = true)]
    public string? WantedUrl { get; set; }

    /// <summary>Where to go in the end; checked, so that it never leaves this origin.</summary>
    public virtual string ReturnUrl => ReturnUrls.CheckOrRoot(WantedUrl);

    /// <summary>
    /// Whether the page may lead on by itself: not where another site opened it, which could so send a person anywhere in an app as
    /// if the way had begun here, with cookies that are kept from other sites (<c>SameSite=Strict</c>).
    /// </summary>
    public bool MayLeadOn => Request.Headers["Sec-Fetch-Site"] is { Count: 0 } or ["same-origin"] or ["none"];

    /// <summary>The one sentence about a failed post, shown with <c>role="alert"</c>.</summary>
    public string? Error { get; set; }

    /// <summary>What was just done, as a word in the address.</summary>
    [BindProperty(Name = "notice", SupportsGet = true)]
    public string? Notice { get; set; }

    /// <summary>The sentence for that word, shown with <c>role="status"</c>. Fixed words alone have one: no link makes the page say something else.</summary>
    public virtual string? NoticeText => null;

    /// <summary>Whether the error is about what was typed, and not about when, how often or where it was sent.</summary>
    public bool IsValueWrong { get; private set; }

    /// <summary>Whether the form can be shown again without the store.</summary>
    public virtual bool CanShowAgain => false;

    /// <summary>For fields: ties them to the error that is about them.</summary>
    public string? DescribedBy(string? hint = null) => (IsValueWrong, hint) switch
    {
        (false, _) => hint,
        (_, null) => "error",
        _ => $"error {hint}",
    };

    public string? Invalid => IsValueWrong ? "true" : null;

    /// <summary>Takes an answer that leads on in a challenge, once; the same one sent again by this browser gets the outcome of the first.</summary>
    /// <param name="fields">What was posted.</param>
    /// <param name="take">Takes it; null where the form is shown again, or the browser belongs elsewhere.</param>
    /// <typeparam name="T">See <see cref="RepeatedAnswers"/>.</typeparam>
    protected Task<T?> TakeOnceAsync<T>(string?[] fields, Func<Task<T?>> take)
        where T : class =>
        HttpContext.RequestServices.GetRequiredService<RepeatedAnswers>().TakeAsync(HttpContext, GetType().FullName!, fields, take);

    /// <summary>Shows the form again because of what was typed.</summary>
    protected IActionResult Refuse(int status, string error)
    {
        IsValueWrong = true;
        return ShowAgain(status, error);
    }

    /// <summary>Shows the form again for a reason that is not in its fields.</summary>
    public IActionResult ShowAgain(int status, string error)
    {
        Response.StatusCode = status;
        Error = error;
        return Page();
    }

    /// <summary>Shows the form again with 429 (RFC 6585 section 4).</summary>
    /// <param name="wait">How long; null where waiting alone does not help.</param>
    protected IActionResult RefuseLimited(TimeSpan? wait, string error)
    {
        if (wait is { } span)
            Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(span.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return ShowAgain(StatusCodes.Status429TooManyRequests, error);
    }

    protected static IActionResult SeeOther(string location) => new SeeOtherResult(location);
}
