namespace MfaGateway.Core.Factors.Totp;

/// <summary>Bound at <c>MfaGateway:Totp</c>. All but <see cref="SkewSteps"/> are for new authenticators only.</summary>
public sealed class TotpOptions
{
    /// <summary>The hash under the code.</summary>
    /// <value>SHA1, SHA256 or SHA512; the default is SHA1, the only one that every authenticator app knows.</value>
    public TotpHash Algorithm { get; set; } = TotpHash.Sha1;

    /// <summary>How long a code is.</summary>
    /// <value>6 or 8; the default is 6.</value>
    public int Digits { get; set; } = 6;

    /// <summary>How long a code is shown, in seconds.</summary>
    /// <value>15 to 120; the default is 30.</value>
    public int PeriodSeconds { get; set; } = 30;

    /// <summary>How many periods early or late a code may be (RFC 6238 section 5.2).</summary>
    /// <value>0 to 2; the default is 1.</value>
    public int SkewSteps { get; set; } = 1;

    /// <summary>What the authenticator app calls this site.</summary>
    /// <value>1 to 64 characters without a colon; the default is the host of the page.</value>
    public string? Issuer { get; set; }

    public TotpParameters ForNewAuthenticators() => new(Algorithm, Digits, PeriodSeconds);
}
