using MfaGateway.Core.Factors;

namespace MfaGateway.Core.Throttling;

/// <summary>What a factor's verifier says of an answer.</summary>
/// <param name="WaitUntil">With <see cref="FactorResult.AlreadyUsed"/>: when there is a new code.</param>
/// <param name="Age">With <see cref="FactorResult.TooOld"/>: how long ago the code was good.</param>
public readonly record struct FactorVerdict(FactorResult Result, DateTimeOffset? WaitUntil = null, TimeSpan? Age = null)
{
    public static FactorVerdict Wrong { get; } = new(FactorResult.Wrong);

    public static FactorVerdict Right { get; } = new(FactorResult.Right);

    /// <summary>With <see cref="FactorResult.Right"/>: see <see cref="Proof.ByMail"/>.</summary>
    public bool ByMail { get; init; }

    /// <summary>Whether the right answer was recorded by the transaction that spent something for it.</summary>
    public bool IsRecorded { get; init; }

    public static FactorVerdict AlreadyUsed(DateTimeOffset? waitUntil) => new(FactorResult.AlreadyUsed, waitUntil);

    public static FactorVerdict TooOld(TimeSpan age) => new(FactorResult.TooOld, Age: age);
}

public enum FactorResult
{
    Wrong,
    Right,

    /// <summary>It was right once, and is spent. Counts as wrong.</summary>
    AlreadyUsed,

    /// <summary>It was right some minutes ago. Counts as wrong.</summary>
    TooOld,
}
