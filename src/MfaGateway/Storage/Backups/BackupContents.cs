using MfaGateway.Core.Storage.Copies;

namespace MfaGateway.Storage.Backups;

/// <summary>What a backup holds, found by reading it to its end.</summary>
internal sealed class BackupContents
{
    /// <summary>At which place the last word about each account is.</summary>
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private readonly List<KeptKeyFile> _keyFiles = [];

    private BackupContents()
    {
    }

    public IReadOnlyList<KeptKeyFile> KeyFiles => _keyFiles;

    public int Accounts => _last.Count - _gone.Count;

    /// <summary>The number of the last entry of the audit log.</summary>
    public long LastEntry { get; private set; }

    /// <exception cref="InvalidDataException">It is no whole backup, or the key is another one.</exception>
    public static BackupContents Of(string path, BackupKey key)
    {
        var contents = new BackupContents();
        KeptItem? last = null;
        foreach (var (place, item) in BackupFile.Read(path, key).Index())
        {
            contents.Note(place, item);
            last = item;
        }

        if (last is not KeptAuditHead head || contents._keyFiles.Count == 0)
            throw new InvalidDataException("It does not hold all of a store.");
        contents.LastEntry = head.Head.LastSequence;
        return contents;
    }

    /// <summary>The items, of each account the last one alone.</summary>
    public IEnumerable<KeptItem> ReadLatest(string path, BackupKey key) => BackupFile.Read(path, key).Index()
        .Where(one => AccountOf(one.Item) is not { } account || _last[account] == one.Index)
        .Select(one => one.Item);

    private void Note(int place, KeptItem item)
    {
        if (item is KeptKeyFile file)
            _keyFiles.Add(file);
        if (AccountOf(item) is not { } account)
            return;
        _last[account] = place;
        if (item is KeptAccountGone)
            _gone.Add(account);
        else
            _gone.Remove(account);
    }

    private static string? AccountOf(KeptItem item) => item switch
    {
        KeptAccount account => account.Account.Id,
        KeptAccountGone gone => gone.AccountId,
        _ => null,
    };
}
