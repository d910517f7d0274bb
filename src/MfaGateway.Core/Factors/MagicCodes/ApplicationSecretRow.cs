using MfaGateway.Core.Accounts;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <param name="ProtectedSecret">Encrypted for this application and generation.</param>
public sealed record ApplicationSecretRow(string ApplicationId, int Generation, byte[] ProtectedSecret, DateTimeOffset MadeAt);

/// <summary>How the codes of an application are.</summary>
/// <param name="Digits">6 to 8.</param>
/// <param name="LifetimeMinutes">5 to 1440.</param>
public sealed record ApplicationSettings(int Digits, int LifetimeMinutes);
