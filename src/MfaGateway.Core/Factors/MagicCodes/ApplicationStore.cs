using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>Keeps the keys and settings for the codes of applications.</summary>
public sealed class ApplicationStore(Transactions transactions) : IApplicationStore
{
    public Task<ApplicationSecretRow?> FindNewestSecretAsync(string applicationId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Applications.FindSecretAsync(applicationId, generation: null), cancellationToken);

    public Task<ApplicationSecretRow?> FindSecretAsync(string applicationId, int generation, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Applications.FindSecretAsync(applicationId, generation), cancellationToken);

    public Task<bool> TryAddSecretAsync(ApplicationSecretRow row, ChangeTrace? trace, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (!await transaction.Applications.TryAddSecretAsync(row))
                    return false;
                transaction.Keep(trace);
                return true;
            },
            cancellationToken);

    public async Task<ApplicationSettings?> FindSettingsAsync(string applicationId, CancellationToken cancellationToken) =>
        (await ListSettingsAsync(cancellationToken)).GetValueOrDefault(applicationId);

    public Task<IReadOnlyDictionary<string, ApplicationSettings>> ListSettingsAsync(CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Applications.ListSettingsAsync(), cancellationToken);

    public Task SetSettingsAsync(string applicationId, ApplicationSettings settings, ChangeTrace trace, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                await transaction.Applications.SetSettingsAsync(applicationId, settings);
                transaction.Keep(trace);
            },
            cancellationToken);
}
