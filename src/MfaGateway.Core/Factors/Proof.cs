namespace MfaGateway.Core.Factors;

/// <summary>One successful check of a factor.</summary>
/// <param name="Factor">What was checked.</param>
/// <param name="At">When, by the one clock reading of the answer.</param>
public readonly record struct Proof(FactorKind Factor, DateTimeOffset At)
{
    /// <summary>Of a password: it was chosen by a link that was mailed, so that a reader of the mail can give it.</summary>
    public bool ByMail { get; init; }

    /// <summary>For which application a mailed code was made, whose length and life are that application's; null for other factors.</summary>
    public string? Application { get; init; }

    /// <summary>
    /// Of a mailed code: it was made for an application with laxer codes than the one that is opened, and counts as too old there. Never set in a
    /// session: it depends on where the person goes.
    /// </summary>
    public bool IsTooLax { get; init; }

    /// <summary>Whether it takes no more than the person's mailbox.</summary>
    public bool RestsOnMailbox => ByMail || Factor == FactorKind.MagicCode;
}
