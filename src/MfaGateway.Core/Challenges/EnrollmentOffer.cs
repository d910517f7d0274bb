using MfaGateway.Core.Factors.Totp;

namespace MfaGateway.Core.Challenges;

/// <summary>A pending authenticator to scan or type; nothing is kept until a code of it was verified.</summary>
public sealed record EnrollmentOffer(TotpSecret Secret, TotpParameters Parameters, OtpAuthUri Uri);
