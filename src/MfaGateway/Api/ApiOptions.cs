namespace MfaGateway.Api;

/// <summary>What programs may do by the JSON API, at <c>MfaGateway:Api</c>.</summary>
public sealed class ApiOptions
{
    /// <summary>
    /// Whether scripts in a browser may change accounts by the API and read what enrolment shows. They are scripts of every
    /// app on the origin, and act with the session of the person who has the app open.
    /// </summary>
    /// <value>The default is false: people do so on the gateway's pages, programs that are no browser by the API.</value>
    public bool BrowserChanges { get; set; }
}
