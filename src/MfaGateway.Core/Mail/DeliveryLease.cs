namespace MfaGateway.Core.Mail;

/// <param name="Longest">How long a mail may be in one taker's hands.</param>
public sealed record DeliveryLease(TimeSpan Longest);
