using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Core.Storage.Records;

/// <summary>Keys and settings for the codes of applications.</summary>
public interface IApplicationRecords
{
    /// <param name="generation">Null for the newest.</param>
    Task<ApplicationSecretRow?> FindSecretAsync(string applicationId, int? generation);

    /// <returns>False, with nothing written, where there is one of this generation.</returns>
    Task<bool> TryAddSecretAsync(ApplicationSecretRow row);

    Task<IReadOnlyDictionary<string, ApplicationSettings>> ListSettingsAsync();

    Task SetSettingsAsync(string applicationId, ApplicationSettings settings);

    /// <summary>The secrets of all applications and generations.</summary>
    Task<IReadOnlyList<ApplicationSecretRow>> ListSecretsAsync();
}
