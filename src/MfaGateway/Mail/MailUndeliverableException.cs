namespace MfaGateway.Mail;

/// <summary>A mail that nobody will ever take, such as one to what is no address.</summary>
public sealed class MailUndeliverableException(string message) : Exception(message);
