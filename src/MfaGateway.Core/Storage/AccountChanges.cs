namespace MfaGateway.Core.Storage;

/// <summary>Whose cached sessions are out of date since a mark that the reader knows.</summary>
public sealed class AccountChanges
{
    private readonly HashSet<string>? _accountIds;

    private AccountChanges(long mark, HashSet<string>? accountIds)
    {
        Mark = mark;
        _accountIds = accountIds;
    }

    /// <summary>The mark up to which this tells everything: what to ask from the next time.</summary>
    public long Mark { get; }

    public bool IsNone => _accountIds is { Count: 0 };

    /// <summary>It is not known (any more) who changed, so it may be anybody.</summary>
    public static AccountChanges Anybody(long mark) => new(mark, null);

    public static AccountChanges Of(long mark, IEnumerable<string> accountIds) =>
        new(mark, new HashSet<string>(accountIds, StringComparer.Ordinal));

    public bool Concern(string accountId) => _accountIds is null || _accountIds.Contains(accountId);
}
