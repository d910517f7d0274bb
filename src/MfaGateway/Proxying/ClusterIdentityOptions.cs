namespace MfaGateway.Proxying;

/// <summary>What one cluster is told, at <c>MfaGateway:Clusters:{id}</c>.</summary>
public sealed class ClusterIdentityOptions
{
    /// <summary>The assertion's <c>aud</c>.</summary>
    /// <value>1 to 256 characters. Default: the cluster's id.</value>
    public string? Audience { get; set; }

    /// <summary>The application that this cluster is a part of: its mailed codes are good for sign-ins to that one alone.</summary>
    /// <value>1 to 64 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>. Default: the cluster's id.</value>
    public string? Application { get; set; }

    /// <summary>
    /// Other names for <c>Remote-User</c>, <c>Remote-Name</c>, <c>Remote-Email</c>, <c>Remote-Groups</c> and
    /// <c>X-Mfa-Assertion</c>. An empty name for one of the first four leaves that header out.
    /// </summary>
    /// <value>Field names by RFC 9110, no two alike. Default: none.</value>
    public Dictionary<string, string> HeaderNames { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Signs each request by RFC 9421.</summary>
    /// <value>Default: no signature.</value>
    public MessageSignatureOptions? Signature { get; set; }

    /// <summary>The groups this cluster may be told of, where a person is in them.</summary>
    /// <value>Default: every group. An empty list: none.</value>
    public string[]? Groups { get; set; }

    /// <summary>
    /// This app reads every request's body to its end before it answers the next request, and sends no body with HEAD, 204
    /// and 304. Without it a connection to an HTTP/1.x upstream carries nothing after such a request or answer; HTTP/2 is exempt.
    /// </summary>
    /// <value>Default: false.</value>
    public bool ReadsEveryBody { get; set; }

    /// <summary>
    /// Passes NTLM and Negotiate on, which authenticate a connection (RFC 4559 6): each session then has upstream connections
    /// of its own, one for each of its client's connections, over HTTP/1.1.
    /// </summary>
    /// <value>Default: false, and neither scheme is passed on in either direction.</value>
    public bool ConnectionAuthentication { get; set; }

    /// <summary>
    /// Sends the client's own <c>Host</c> to the app, unless the destination has a <c>Host</c> or the route a transform that
    /// says otherwise (<c>RequestHeaderOriginalHost</c>).
    /// </summary>
    /// <value>Default: true. Without it the app gets its own address.</value>
    public bool OriginalHost { get; set; } = true;

    /// <summary>Cookies of this cluster's apps that are expired when a person signs out of the gateway.</summary>
    /// <value>Cookie names other than the gateway's own. Default: none.</value>
    public string[] SignOutCookies { get; set; } = [];

    /// <summary>
    /// Sends the apps of this cluster the cookies alone that they have set for the person who is signed in: when another person signs in
    /// in the same browser, those of the one before stay behind. Cookies that scripts set are not sent, and scripts that read
    /// cookies find a mark in front of their values.
    /// </summary>
    /// <value>Default: false.</value>
    public bool FreshCookiesPerPerson { get; set; }
}

/// <summary>How requests to one cluster are signed, at <c>MfaGateway:Clusters:{id}:Signature</c>.</summary>
public sealed class MessageSignatureOptions
{
    /// <value><c>hmac-sha256</c> or <c>ecdsa-p256-sha256</c> (checked with the published key set). No default.</value>
    public string? Algorithm { get; set; }

    /// <summary>The <c>keyid</c> of an HMAC key. That of <c>ecdsa-p256-sha256</c> is the <c>kid</c> in the key set.</summary>
    /// <value>1 to 128 printable ASCII characters other than <c>"</c> and <c>\</c>. Default: the cluster's id.</value>
    public string? KeyId { get; set; }

    /// <summary>The file that holds the HMAC key, as base64 text or as plain bytes; relative to the content root.</summary>
    /// <value>At least 32 bytes of key. No default; needed for <c>hmac-sha256</c> alone.</value>
    public string? KeyFile { get; set; }
}
