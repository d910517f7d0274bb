namespace MfaGateway.Core.Accounts;

/// <summary>Which accounts are looked for; everything given must hold.</summary>
public sealed record AccountFilter
{
    /// <summary>The longest text that is looked for; what is beyond is cut off.</summary>
    public const int MaxText = 100;

    /// <summary>Words, divided by blanks, each of them a part of the user name, the address or the display name, in any letter case.</summary>
    public string? Text { get; init; }

    public AccountCondition Condition { get; init; }

    /// <summary>The name of a group that they are in, as written.</summary>
    public string? Group { get; init; }

    /// <summary>The words of <see cref="Text"/>, folded as accounts' names are; none looks for everybody.</summary>
    public IReadOnlyList<string> Words
    {
        get
        {
            var text = Text ?? string.Empty;
            var cut = text.Length > MaxText ? text[..MaxText] : text;
            return UserNames.Fold(cut).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        }
    }
}

/// <summary>A state that accounts are looked for by.</summary>
public enum AccountCondition
{
    Any,
    Disabled,
    WithoutSecondFactor,
    NeverSignedIn,

    /// <summary>Something is refused for now after too many wrong answers: see <see cref="Throttling.AccountLock"/>.</summary>
    Locked,
}
