using MfaGateway.Challenges;
using MfaGateway.Core.Challenges;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages;

/// <summary>Asks for a code by e-mail. Known and unknown addresses get the same answer.</summary>
public sealed class SignInCodeModel(CodeWalk walk, CodeSignIn codes, PageLinks links, TimeProvider time) : GatewayPage
{
    [BindProperty(Name = "email")]
    public string? Email { get; set; }

    public override bool CanShowAgain => true;

    public IActionResult OnGet() => codes.IsOffered ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!codes.IsOffered)
            return NotFound();

        var asking = await TakeOnceAsync<CodeAsking>(
            [Email, ReturnUrl],
            async () => await walk.RequestAsync(HttpContext, Email ?? string.Empty, ReturnUrl, cancellationToken));
        return asking switch
        {
            CodeAsking.Asked asked => Await(asked),
            CodeAsking.Refused { Reason: CodeAskingRefusal.Limited } limited => RefuseLimited(
                limited.RetryAt - time.GetUtcNow(), "Too many codes were asked for from your network. Wait a while, then try again."),
            _ => Refuse(StatusCodes.Status400BadRequest, "Enter your e-mail address, such as ada@example.org."),
        };
    }
    private IActionResult Await(CodeAsking.Asked asked)
    {
        walk.Accept(HttpContext, asked);
        return SeeOther(links.Code(ReturnUrl));
    }
}
