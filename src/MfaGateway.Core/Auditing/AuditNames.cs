namespace MfaGateway.Core.Auditing;

/// <summary>How the people in audit entries are called.</summary>
/// <param name="Accounts">The user names of accounts, by their ids.</param>
/// <param name="Deleted">The user names that deleted accounts had, by their ids.</param>
public sealed record AuditNames(IReadOnlyDictionary<string, string> Accounts, IReadOnlyDictionary<string, string> Deleted)
{
    /// <summary>The user name; of a deleted account with a word that says so; the id or the word itself where that is all there is.</summary>
    public string NameOf(string? id) =>
        id is null ? string.Empty
        : Accounts.TryGetValue(id, out var name) ? name
        : Deleted.TryGetValue(id, out var formerName) ? $"{formerName} (deleted)"
        : id;
}
