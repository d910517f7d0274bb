namespace MfaGateway.Pages;

/// <summary>Leads from a form of the gateway's to an app; see <see cref="SeeOtherResult"/>. Knows and changes nothing.</summary>
public sealed class ContinueModel : GatewayPage;
