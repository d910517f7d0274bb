namespace MfaGateway.Core.Storage.Records;

/// <summary>One password an account, as a hash.</summary>
public interface IPasswordRecords
{
    Task<PasswordRecord?> FindAsync(string accountId);

    /// <summary>Sets it, in place of the one before. The transaction holds the account.</summary>
    Task SetAsync(string accountId, PasswordRecord password);

    /// <summary>Replaces the hash if it is still this one.</summary>
    /// <returns>Whether it was.</returns>
    Task<bool> TryReplaceHashAsync(string accountId, string oldHash, string newHash);
}

/// <param name="Hash">With its own parameters and salt.</param>
/// <param name="ByMail">Whether it was chosen by a mailed link: it proves no more than that mailbox does.</param>
public sealed record PasswordRecord(string Hash, DateTimeOffset SetAt, bool ByMail)
{
    public override string ToString() => nameof(PasswordRecord);
}
