using MfaGateway.Core.Factors;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Account;

/// <summary>Who is signed in here, how and since when.</summary>
public sealed class IndexModel(SessionReader sessions, PageLinks links) : GatewayPage
{
    public LiveSession SignedIn { get; private set; } = null!;

    public IEnumerable<Proof> Proofs => SignedIn.Session.Proofs.OrderBy(proof => proof.At);

    public async Task<IActionResult> OnGetAsync()
    {
        if (await sessions.ReadAsync(HttpContext) is not { } signedIn)
            return SeeOther(links.SignIn(links.Account));

        SignedIn = signedIn;
        return Page();
    }

    public static string NameOf(FactorKind factor) => factor switch
    {
        FactorKind.Password => "Password",
        FactorKind.Totp => "Authenticator app",
        FactorKind.RecoveryCode => "Recovery code",
        FactorKind.MagicCode => "Code by e-mail",
        _ => "Passkey",
    };
}
