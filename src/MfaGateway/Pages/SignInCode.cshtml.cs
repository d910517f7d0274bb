using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

/// <summary>Asks for a code by e-mail. Known and unknown addresses get the same answer.</summary>
public sealed class SignInCodeModel(CodeWalk walk, CodeSignIn codes, PageLinks links, TimeProvider time) : GatewayPage
{
    [BindProperty(Name = "email")]
    public string? Email { get; set; }

    public IActionResult OnGet() => codes.IsOffered ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!codes.IsOffered)
            return NotFound();

        return await walk.RequestAsync(HttpContext, Email ?? string.Empty, ReturnUrl, cancellationToken) switch
        {
            CodeAsking.Asked => SeeOther(links.Code(ReturnUrl)),
            CodeAsking.Refused { Reason: CodeAskingRefusal.Limited } limited => RefuseLimited(
                limited.RetryAt - time.GetUtcNow(), "Too many codes were asked for from your network. Wait a while, then try again."),
            _ => Refuse(StatusCodes.Status400BadRequest, "Enter your e-mail address, such as ada@example.org."),
        };
    }
}
