using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Challenge;

/// <summary>
/// Waits until the mailed link is confirmed in another browser. It has no field, so that it may load itself again; going on takes a
/// button, since looking changes nothing.
/// </summary>
public sealed class CodeWaitModel(CodeWalk walk, TimeProvider time, PageLinks links) : CodePage(walk, time)
{
    /// <summary>Seconds from one look to the next.</summary>
    public const int RefreshSeconds = 5;

    /// <summary>Whether the page is to stay as it is until the person asks. WCAG 2.2.2: what updates by itself can be stopped.</summary>
    [BindProperty(Name = "still", SupportsGet = true)]
    public bool Still { get; set; }

    /// <summary>Any value means ticked.</summary>
    [BindProperty(Name = "rememberBrowser")]
    public string? RememberBrowser { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var shown = await ShowAsync(cancellationToken);
        // Without a first code there is nothing to wait for.
        return shown is Microsoft.AspNetCore.Mvc.RazorPages.PageResult && Waiting is null ? SeeOther(links.Code(ReturnUrl)) : shown;
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => AnswerAsync(
        [],
        RememberBrowser is not null,
        _ => Walk.ContinueAsync(HttpContext, cancellationToken),
        _ => Task.FromResult(SeeOther(links.CodeWait(ReturnUrl))),
        cancellationToken);
}
