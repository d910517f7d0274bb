namespace MfaGateway.Configuration;

/// <summary>Bound at <c>MfaGateway:Passwords</c>.</summary>
public sealed class PasswordOptions
{
    /// <summary>Rounds of PBKDF2-HMAC-SHA512. A password hashed with fewer is hashed again at its next use.</summary>
    /// <remarks>Lowered, those hashed with more would take longer to refuse than names that nobody has.</remarks>
    /// <value>210,000 (the OWASP Password Storage Cheat Sheet's figure) to 10,000,000; the default is 210,000.</value>
    public int Iterations { get; set; } = 210_000;

    /// <summary>Whether people who forgot their password get a link to a new one by mail. It needs a <see cref="GatewayOptions.PublicOrigin"/>,
    /// and is off where a policy takes a mailed code after the password: one mailbox would be both.</summary>
    /// <value>The default is <c>true</c>.</value>
    public bool ResetByMail { get; set; } = true;
}
