using MfaGateway.Core.Factors;
using MfaGateway.Core.Storage;

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

    /// <summary>
    /// With <see cref="FactorResult.Right"/>: takes what is good once (a step, a code), in the transaction in which the answer counts. What it
    /// says is the verdict; unless that is right, nothing of the transaction is kept. Null where nothing is used up.
    /// </summary>
    public Func<Transaction, Task<FactorVerdict>>? Take { get; init; }

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
