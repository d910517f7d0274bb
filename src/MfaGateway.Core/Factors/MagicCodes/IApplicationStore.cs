using MfaGateway.Core.Accounts;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>What is kept of applications: their secrets, and what an administrator has set for their codes.</summary>
public interface IApplicationStore
{
    /// <summary>The newest generation; null before the first need.</summary>
    Task<ApplicationSecretRow?> FindNewestSecretAsync(string applicationId, CancellationToken cancellationToken);

    /// <summary>One that is not the newest any more; null when there never was such a generation.</summary>
    Task<ApplicationSecretRow?> FindSecretAsync(string applicationId, int generation, CancellationToken cancellationToken);

    /// <summary>Adds a generation.</summary>
    /// <param name="trace">What tells of it; null for a first need, which nobody asked for.</param>
    /// <returns>False when somebody else has added that generation first: theirs counts.</returns>
    Task<bool> TryAddSecretAsync(ApplicationSecretRow row, ChangeTrace? trace, CancellationToken cancellationToken);

    /// <summary>What was set; null where the configuration holds.</summary>
    Task<ApplicationSettings?> FindSettingsAsync(string applicationId, CancellationToken cancellationToken);

    /// <summary>All that was set, by application.</summary>
    Task<IReadOnlyDictionary<string, ApplicationSettings>> ListSettingsAsync(CancellationToken cancellationToken);

    Task SetSettingsAsync(string applicationId, ApplicationSettings settings, ChangeTrace trace, CancellationToken cancellationToken);
}

/// <param name="ProtectedSecret">Encrypted for this application and generation.</param>
public sealed record ApplicationSecretRow(string ApplicationId, int Generation, byte[] ProtectedSecret, DateTimeOffset MadeAt);

/// <summary>How the codes of an application are.</summary>
/// <param name="Digits">6 to 8.</param>
/// <param name="LifetimeMinutes">5 to 1440.</param>
public sealed record ApplicationSettings(int Digits, int LifetimeMinutes);
