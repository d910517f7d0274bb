using MfaGateway.Core.Factors;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Account;

/// <summary>Who is signed in here, how and since when.</summary>
public sealed class IndexModel(SessionReader sessions) : GatewayPage
{
    public LiveSession SignedIn { get; private set; } = null!;

    public IEnumerable<Proof> Proofs => SignedIn.Session.Proofs.OrderBy(proof => proof.At);

    public async Task<IActionResult> OnGetAsync()
    {
        // The page's access policy has let nobody else through.
        SignedIn = (await sessions.ReadAsync(HttpContext))!;
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
