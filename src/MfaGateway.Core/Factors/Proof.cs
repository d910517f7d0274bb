namespace MfaGateway.Core.Factors;

/// <summary>One successful check of a factor.</summary>
/// <param name="Factor">What was checked.</param>
/// <param name="At">When, by the one clock reading of the answer.</param>
public readonly record struct Proof(FactorKind Factor, DateTimeOffset At);
