namespace MfaGateway.Core.Sessions;

/// <summary>Bound at <c>MfaGateway:Session</c>.</summary>
public sealed class GatewaySessionOptions
{
    /// <summary>
    /// How long a session may stay unused. What the browser sends is use, on a WebSocket too, and so is an upload or a
    /// download as long as it goes on; an event stream that is merely open is not.
    /// </summary>
    /// <value>00:01:00 to 1.00:00:00; the default is 00:30:00. Applies to running sessions after a restart.</value>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a session lasts at most. Then also what it has open is cut.</summary>
    /// <value>00:05:00 to 30.00:00:00, not below <see cref="IdleTimeout"/>; the default is 12:00:00.</value>
    public TimeSpan AbsoluteTimeout { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Sessions one account may have at once; the longest unseen ends when another starts.</summary>
    /// <value>1 to 100; the default is 10.</value>
    public int MostPerAccount { get; set; } = 10;

    /// <summary>Shares one sign-in between the sub-domains of this domain.</summary>
    /// <value>A domain with at least one dot and no leading one; the default is none (this host alone).</value>
    public string? CookieDomain { get; set; }

    /// <summary>Cookies of any app that are expired when a person signs out of the gateway.</summary>
    /// <value>Cookie names other than the gateway's own; the default is none.</value>
    public IList<string> SignOutCookies { get; set; } = [];
}
