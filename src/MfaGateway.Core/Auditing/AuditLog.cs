using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Auditing;

/// <summary>The audit log as people look through it: by the names they know.</summary>
public sealed class AuditLog(AuditStore store, AccountStore accounts)
{
    /// <summary>
    /// What an entry holds for an account: the id of the account of that user name, or else of the one that was deleted last; the text itself where it is the id of an
    /// account that may be gone, or an actor that is no person; else null.
    /// </summary>
    public async Task<string?> FindIdAsync(string typed, CancellationToken cancellationToken)
    {
        var folded = UserNames.Fold(typed);
        if (await accounts.FindByUserNameAsync(folded, cancellationToken) is { } account)
            return account.Id;
        if (await accounts.FindDeletedIdAsync(folded, cancellationToken) is { } deletedId)
            return deletedId;

        var isId = typed.Length == Identifiers.Length && typed.All(char.IsAsciiHexDigitLower);
        return isId || typed == Actor.Command.Name || typed == Actor.Gateway.Name ? typed : null;
    }

    /// <summary>The newest entries first.</summary>
    /// <param name="before">Only entries with a sequence below this one.</param>
    public async Task<AuditLogPage> ReadAsync(AuditFilter filter, long? before, int count, CancellationToken cancellationToken)
    {
        var entries = await store.ListAsync(filter, before, count + 1, cancellationToken);
        var shown = entries.Take(count).ToList();
        return new AuditLogPage(shown, await NamesAsync(shown, cancellationToken), entries.Count > count ? shown[^1].Sequence : null);
    }

    /// <summary>The user names of everybody in these entries. Of a deleted account it is the name that it had in the end.</summary>
    public async Task<AuditNames> NamesAsync(IEnumerable<RecordedAuditEntry> entries, CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var deleted = new Dictionary<string, string>(StringComparer.Ordinal);
        var ids = entries.SelectMany(entry => new[] { entry.Entry.AccountId, entry.Entry.Actor }).OfType<string>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (await accounts.FindAsync(id, cancellationToken) is { } account)
                names[id] = account.UserName;
            else if (await accounts.FindDeletedNameAsync(id, cancellationToken) is { } formerName)
                deleted[id] = formerName;
        }

        return new AuditNames(names, deleted);
    }
}

/// <param name="Older">What to ask for entries before, for the next page; null when there are none.</param>
public sealed record AuditLogPage(IReadOnlyList<RecordedAuditEntry> Entries, AuditNames Names, long? Older);
