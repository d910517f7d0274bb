namespace MfaGateway.Pages;

public sealed class SignedOutModel : GatewayPage;
