namespace MfaGateway.Configuration;

public enum MailProvider
{
    Pickup,
    Smtp,
    Sendmail,
}
