using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlApplicationRecords(SqlScope scope) : IApplicationRecords
{
    public async Task<ApplicationSecretRow?> FindSecretAsync(string applicationId, int? generation) =>
        await scope.FindAsync<SecretRow>(
            $"""
            SELECT application_id AS ApplicationId, generation AS Generation, protected_secret AS ProtectedSecret, made_at AS MadeAt
            FROM application_secrets WHERE application_id = @Id{(generation is null ? "" : " AND generation = @Generation")}
            ORDER BY generation DESC LIMIT 1
            """,
            new { Id = applicationId, Generation = (long?)generation }) is { } row
            ? new ApplicationSecretRow(row.ApplicationId, (int)row.Generation, row.ProtectedSecret, Columns.ToTime(row.MadeAt))
            : null;

    public async Task<bool> TryAddSecretAsync(ApplicationSecretRow row) =>
        await scope.ExecuteAsync(
            """
            INSERT INTO application_secrets (application_id, generation, protected_secret, made_at)
            VALUES (@ApplicationId, @Generation, @ProtectedSecret, @MadeAt)
            ON CONFLICT (application_id, generation) DO NOTHING
            """,
            new { row.ApplicationId, Generation = (long)row.Generation, row.ProtectedSecret, MadeAt = Columns.FromTime(row.MadeAt) }) == 1;

    public async Task<IReadOnlyDictionary<string, ApplicationSettings>> ListSettingsAsync() =>
        (await scope.ListAsync<SettingsRow>(
            "SELECT application_id AS Id, code_digits AS Digits, code_lifetime_minutes AS LifetimeMinutes FROM application_settings"))
        .ToDictionary(row => row.Id, row => new ApplicationSettings((int)row.Digits, (int)row.LifetimeMinutes), StringComparer.Ordinal);

    public Task SetSettingsAsync(string applicationId, ApplicationSettings settings) => scope.ExecuteAsync(
        """
        INSERT INTO application_settings (application_id, code_digits, code_lifetime_minutes)
        VALUES (@Id, @Digits, @LifetimeMinutes)
        ON CONFLICT (application_id) DO UPDATE SET code_digits = excluded.code_digits,
          code_lifetime_minutes = excluded.code_lifetime_minutes
        """,
        new { Id = applicationId, Digits = (long)settings.Digits, LifetimeMinutes = (long)settings.LifetimeMinutes });

    public async Task<IReadOnlyList<ApplicationSecretRow>> ListSecretsAsync() =>
    [
        .. (await scope.ListAsync<SecretRow>(
            """
            SELECT application_id AS ApplicationId, generation AS Generation, protected_secret AS ProtectedSecret, made_at AS MadeAt
            FROM application_secrets ORDER BY application_id, generation
            """)).Select(row => new ApplicationSecretRow(row.ApplicationId, (int)row.Generation, row.ProtectedSecret, Columns.ToTime(row.MadeAt))),
    ];

    private sealed record SecretRow(string ApplicationId, long Generation, byte[] ProtectedSecret, long MadeAt);

    private sealed record SettingsRow(string Id, long Digits, long LifetimeMinutes);
}
