namespace MfaGateway.Core.Factors;

/// <summary>One enrolled way to prove who one is. The numbers are stored: never reuse one.</summary>
public enum FactorKind
{
    Password = 1,
    Totp = 2,
    MagicCode = 3,
    RecoveryCode = 4,
    Passkey = 5,
}
