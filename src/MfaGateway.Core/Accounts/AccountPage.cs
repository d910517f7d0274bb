namespace MfaGateway.Core.Accounts;

/// <summary>Where a page of a list begins or ends.</summary>
public sealed record AccountPlace
{
    private AccountPlace(string foldedUserName, bool backwards)
    {
        FoldedUserName = foldedUserName;
        Backwards = backwards;
    }

    public static AccountPlace Start { get; } = new(string.Empty, backwards: false);

    /// <summary>The account next to the page; it need not exist (any more).</summary>
    public string FoldedUserName { get; }

    public bool Backwards { get; }

    public static AccountPlace After(string foldedUserName) => new(foldedUserName, backwards: false);

    public static AccountPlace Before(string foldedUserName) => new(foldedUserName, backwards: true);
}

/// <param name="Accounts">In the order of their folded user names.</param>
/// <param name="HasEarlier">Whether a page before it may hold something.</param>
/// <param name="HasLater">The same of the page after it.</param>
public sealed record AccountPage(IReadOnlyList<ListedAccount> Accounts, bool HasEarlier, bool HasLater);

/// <summary>An account as lists show it.</summary>
/// <param name="SecondFactor">Whether one is enrolled.</param>
/// <param name="Locked">Whether something is refused for now after too many wrong answers: see <see cref="Throttling.AccountLock"/>.</param>
/// <param name="LockedUntil">When the last of it opens by itself; null when that takes an unlock, and for those who are not locked.</param>
public sealed record ListedAccount(Account Account, bool SecondFactor, bool Locked, DateTimeOffset? LockedUntil);
