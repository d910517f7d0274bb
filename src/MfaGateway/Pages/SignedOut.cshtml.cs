namespace MfaGateway.Pages;

public sealed class SignedOutModel : GatewayPage
{
    public static void OnGet()
    {
    }
}
