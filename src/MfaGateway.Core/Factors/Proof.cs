namespace MfaGateway.Core.Factors;

/// <summary>One successful check of a factor.</summary>
/// <param name="Factor">What was checked.</param>
/// <param name="At">When, by the one clock reading of the answer.</param>
public readonly record struct Proof(FactorKind Factor, DateTimeOffset At)
{
    /// <summary>Of a password: it was chosen by a link that was mailed, so that whoever reads the mail can give it.</summary>
    public bool ByMail { get; init; }

    /// <summary>Whether it takes no more than the person's mailbox.</summary>
    public bool RestsOnMailbox => ByMail || Factor == FactorKind.MagicCode;
}
