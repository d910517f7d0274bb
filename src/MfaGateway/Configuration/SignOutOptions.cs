namespace MfaGateway.Configuration;

/// <summary>Bound at <c>MfaGateway:SignOut</c>: where people may be led after they have signed out.</summary>
public sealed class SignOutOptions
{
    /// <summary>
    /// Places on other origins that <c>/sign-out?returnUrl=</c> may name. Paths of the gateway's own origin need no entry.
    /// </summary>
    /// <value>
    /// Each an https origin such as <c>https://wiki.example.org</c>, for every address of it, or an https URL with a path, for this one
    /// alone (http on loopback only); the default is none.
    /// </value>
    public IList<string> ReturnUrls { get; set; } = [];
}
