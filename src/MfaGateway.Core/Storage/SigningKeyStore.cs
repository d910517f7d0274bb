namespace MfaGateway.Core.Storage;

/// <summary>Keeps the keys that statements are signed with.</summary>
public sealed class SigningKeyStore(Transactions transactions) : ISigningKeyStore
{
    public Task<IReadOnlyList<SigningKeyRow>> ListAsync(CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.SigningKeys.ListAsync(), cancellationToken);

    public Task<bool> TryAddAsync(SigningKeyRow row, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.SigningKeys.TryAddAsync(row), cancellationToken);

    public Task<int> DeleteUpToAsync(long generation, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => transaction.SigningKeys.DeleteUpToAsync(generation), cancellationToken);
}
