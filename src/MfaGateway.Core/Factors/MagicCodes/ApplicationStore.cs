using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>Keeps the keys and settings for the codes of applications.</summary>
public sealed class ApplicationStore(Transactions transactions)
{
    /// <summary>The newest generation; null before the first need.</summary>
    public Task<ApplicationSecretRow?> FindNewestSecretAsync(string applicationId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Applications.FindSecretAsync(applicationId, generation: null), cancellationToken);

    /// <summary>One that is no longer the newest; null when there never was such a generation.</summary>
    public Task<ApplicationSecretRow?> FindSecretAsync(string applicationId, int generation, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Applications.FindSecretAsync(applicationId, generation), cancellationToken);

    /// <summary>Adds a generation.</summary>
    /// <param name="trace">What tells of it; null for a first need, which no one asked for.</param>
    /// <returns>False when that generation was added by another call first: that one counts.</returns>
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

    /// <summary>What was set; null where the configuration holds.</summary>
    public async Task<ApplicationSettings?> FindSettingsAsync(string applicationId, CancellationToken cancellationToken) =>
        (await ListSettingsAsync(cancellationToken)).GetValueOrDefault(applicationId);

    /// <summary>All that was set, by application.</summary>
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
