namespace MfaGateway.Configuration;

/// <summary>What is wrong with settings of mail that are each right by themselves.</summary>
internal static class MailReview
{
    private const int TlsFromTheStart = 465; // RFC 8314 7.3
    private const string Section = $"{GatewayOptions.SectionName}:Mail";

    /// <param name="isFaulty">Whether the value at a full key has its fault already.</param>
    public static IEnumerable<string> Find(GatewayOptions options, Func<string, bool> isFaulty)
    {
        if (isFaulty($"{Section}:Provider"))
            yield break;

        var mail = options.Mail;
        if (mail.Provider != MailProvider.Pickup && options.PublicOrigin is null && !isFaulty($"{GatewayOptions.SectionName}:PublicOrigin"))
            yield return $"{GatewayOptions.SectionName}:PublicOrigin must be set with Mail:Provider {mail.Provider}: links in mails are made of it.";
        if (mail.Provider == MailProvider.Sendmail && !isFaulty($"{Section}:Sendmail:Path") && !File.Exists(mail.Sendmail.Path))
            yield return $"{Section}:Sendmail:Path must be the full path of a program, but was {ShownValue.Of(mail.Sendmail.Path)}, where there is none.";
        if (mail.Provider != MailProvider.Smtp)
            yield break;

        if (mail.Smtp.Host is null && !isFaulty($"{Section}:Smtp:Host"))
            yield return $"{Section}:Smtp:Host must be a host name or an IP address with Mail:Provider Smtp, but was not set.";
        if (mail.Smtp.Port == TlsFromTheStart && mail.Smtp.Security != SmtpSecurity.Tls && !isFaulty($"{Section}:Smtp:Security"))
            yield return $"{Section}:Smtp:Security must be Tls with Smtp:Port {TlsFromTheStart}, where TLS begins with the connection, but was \"{mail.Smtp.Security}\".";

        foreach (var fault in SignInFaults(mail.Smtp))
            yield return fault;
    }

    private static IEnumerable<string> SignInFaults(SmtpOptions smtp)
    {
        if (smtp is { User: not null, Password: null, AccessTokenFile: null })
            yield return $"{Section}:Smtp:Password must be set with Smtp:User, but was not. Smtp:AccessTokenFile may be set instead.";
        if (smtp is { User: null, Password: not null })
            yield return $"{Section}:Smtp:User must be set with Smtp:Password, but was not.";
        if (smtp is { User: null, AccessTokenFile: not null })
            yield return $"{Section}:Smtp:User must be set with Smtp:AccessTokenFile, but was not.";
        if (smtp is { Password: not null, AccessTokenFile: not null })
            yield return $"{Section}:Smtp:AccessTokenFile must not be set with Smtp:Password: a server takes one of them.";
        if (smtp is { User: not null, Security: SmtpSecurity.None, AllowUnencryptedSignIn: false })
        {
            yield return $"{Section}:Smtp:Security must be StartTls or Tls with Smtp:User, but was \"None\": everybody on the way could read the password. "
                + "Smtp:AllowUnencryptedSignIn says that they may.";
        }
    }
}
