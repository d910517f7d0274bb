namespace MfaGateway.Configuration;

/// <summary>Bound at <c>MfaGateway:Policies:{name}</c>. Everything named in it must hold.</summary>
public sealed class AccessPolicyOptions
{
    /// <summary>How strongly a person must have proved who they are.</summary>
    /// <value>
    /// <c>one-factor</c> or <c>two-factor</c>; the default is <c>two-factor</c>. After it <c>+magic-code</c> takes a code sent by e-mail for the
    /// second factor of people who have no other (with <c>two-factor</c> only), and <c>-magic-code</c> for nothing at all.
    /// </value>
    public string Factors { get; set; } = "two-factor";

    /// <summary>Groups whose members may pass.</summary>
    /// <value>Group names; the default is none. With <see cref="Users"/> they read as one list: either lets a person in.</value>
    public IList<string> Groups { get; set; } = [];

    /// <summary>People who may pass.</summary>
    /// <value>User names; the default is none.</value>
    public IList<string> Users { get; set; } = [];

    /// <summary>Networks a request must come from.</summary>
    /// <value>Networks in CIDR form; the default is none (any).</value>
    public IList<string> Networks { get; set; } = [];

    /// <summary>How old each proof may be.</summary>
    /// <value>00:01:00 to 1.00:00:00; the default is none (the session's whole life).</value>
    public TimeSpan? MaxAge { get; set; }
}
