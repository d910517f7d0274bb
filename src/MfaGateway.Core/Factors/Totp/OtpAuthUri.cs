namespace MfaGateway.Core.Factors.Totp;

/// <summary>
/// The <c>otpauth:</c> link that a QR picture holds. It carries the secret, so it is a type that does not print
/// itself; take <see cref="Value"/> where the link is meant to be shown.
/// </summary>
public sealed class OtpAuthUri
{
    private OtpAuthUri(string value) => Value = value;

    public string Value { get; }

    /// <summary>
    /// Names the issuer twice, as a label prefix for old apps and as a parameter for the others, and always
    /// spells algorithm, digits and period out: apps differ in what they take for granted.
    /// </summary>
    /// <param name="issuer">What the person sees as the account's home; the label's delimiter <c>:</c> becomes <c>-</c>.</param>
    /// <param name="accountName">The user name or address; the same.</param>
    /// <param name="secret">The shared key.</param>
    /// <param name="parameters">What the authenticator is made with.</param>
    /// <exception cref="ArgumentException">A name is empty or blank.</exception>
    public static OtpAuthUri Create(string issuer, string accountName, TotpSecret secret, TotpParameters parameters)
    {
        var home = LabelPart(issuer, nameof(issuer));
        var account = LabelPart(accountName, nameof(accountName));
        return new(string.Create(null, stackalloc char[512],
            $"otpauth://totp/{home}:{account}?secret={secret.ToBase32()}&issuer={home}" +
            $"&algorithm={parameters.AlgorithmName}&digits={parameters.Digits}&period={parameters.PeriodSeconds}"));
    }

    public override string ToString() => nameof(OtpAuthUri);

    // Apps split the decoded label at a colon, so even "%3A" (a host with a port as issuer) would tear it apart.
    private static string LabelPart(string text, string parameterName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text, parameterName);
        return Uri.EscapeDataString(text.Trim().Replace(':', '-'));
    }
}
