using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace MfaGateway.Mail;

/// <summary>Accepts a server's certificate only if the platform found no fault in it, and keeps the faults for the report.</summary>
internal sealed class CertificateReview
{
    /// <summary>What was wrong with the certificate; null while nothing was.</summary>
    public string? Fault { get; private set; }

    public bool Validate(object? sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;

        var statuses = chain?.ChainStatus.Select(status => status.Status.ToString()).Distinct(StringComparer.Ordinal) ?? [];
        Fault = errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)
            ? $"The remote certificate is invalid because of errors in the certificate chain: {string.Join(", ", statuses)} ({errors})."
            : $"The remote certificate is invalid: {errors}.";
        return false;
    }
}
