using MfaGateway.Core.Auditing;
using MfaGateway.Core.Mail;

namespace MfaGateway.Core.Factors.RecoveryCodes;

/// <param name="Salt">One salt a set, so that a try costs one slow hash however many codes there are.</param>
/// <param name="Remaining">Unused codes.</param>
public sealed record RecoveryCodeSet(byte[] Salt, int Remaining, DateTimeOffset MadeAt);

/// <summary>A set to be kept: one salt, a hash for each code.</summary>
public sealed record NewRecoveryCodes(byte[] Salt, IReadOnlyList<byte[]> Hashes);
