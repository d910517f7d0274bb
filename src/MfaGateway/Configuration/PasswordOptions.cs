namespace MfaGateway.Configuration;

/// <summary>Bound at <c>MfaGateway:Passwords</c>.</summary>
public sealed class PasswordOptions
{
    /// <summary>In KiB.</summary>
    public const int MostMemoryKib = 1_048_576;

    public const int MostPasses = 100;

    /// <summary>Memory of one Argon2id hash (RFC 9106, section 3.1: m). A password hashed with other settings is hashed again at its next use.</summary>
    /// <remarks>
    /// As many at once as there are processors. After a change every refusal does the work of both until the last hash of before is replaced.
    /// </remarks>
    /// <value>In KiB, 19,456 (19 MiB, the OWASP Password Storage Cheat Sheet's figure) to 1,048,576; the default is 19,456.</value>
    public int MemoryKib { get; set; } = 19_456;

    /// <summary>Passes over that memory (RFC 9106, section 3.1: t).</summary>
    /// <value>2 (the OWASP Password Storage Cheat Sheet's figure for 19 MiB) to 100; the default is 2.</value>
    public int Passes { get; set; } = 2;

    /// <summary>Whether people who forgot their password get a link to a new one by mail. It needs a <see cref="GatewayOptions.PublicOrigin"/>,
    /// and is off where a policy takes a mailed code after the password: one mailbox would be both.</summary>
    /// <value>The default is <c>true</c>.</value>
    public bool ResetByMail { get; set; } = true;
}
