namespace MfaGateway.Core.Storage;

/// <summary>Keeps the keys that statements are signed with.</summary>
public sealed class SigningKeyStore(Transactions transactions)
{
    /// <summary>Every key, lowest generation first.</summary>
    public Task<IReadOnlyList<SigningKeyRow>> ListAsync(CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.SigningKeys.ListAsync(), cancellationToken);

    /// <summary>
    /// Adds a key; <see langword="false"/> when its generation or its kid is taken, and then nothing has changed. Of
    /// two nodes that make the same generation at once one returns <see langword="false"/>, and reads the winner's.
    /// </summary>
    public Task<bool> TryAddAsync(SigningKeyRow row, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.SigningKeys.TryAddAsync(row), cancellationToken);

    /// <summary>Deletes the keys of this generation and all below it; how many there were.</summary>
    public Task<int> DeleteUpToAsync(long generation, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.SigningKeys.DeleteUpToAsync(generation), cancellationToken);
}
