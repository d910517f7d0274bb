using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Storage.Sql;

public sealed class SqlApplicationStore : IApplicationStore
{
    private const string Selected =
        """
        SELECT application_id AS ApplicationId, generation AS Generation, protected_secret AS ProtectedSecret, made_at AS MadeAt
        FROM application_secrets
        """;

    private readonly SqlDatabase _database;

    internal SqlApplicationStore(SqlDatabase database) => _database = database;

    public Task<ApplicationSecretRow?> FindNewestSecretAsync(string applicationId, CancellationToken cancellationToken) =>
        FindAsync("application_id = @Id ORDER BY generation DESC LIMIT 1", new { Id = applicationId }, cancellationToken);

    public Task<ApplicationSecretRow?> FindSecretAsync(string applicationId, int generation, CancellationToken cancellationToken) =>
        FindAsync("application_id = @Id AND generation = @Generation", new { Id = applicationId, Generation = (long)generation }, cancellationToken);

    public Task<bool> TryAddSecretAsync(ApplicationSecretRow row, ChangeTrace? trace, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                var added = await scope.ExecuteAsync(
                    """
                    INSERT INTO application_secrets (application_id, generation, protected_secret, made_at)
                    VALUES (@ApplicationId, @Generation, @ProtectedSecret, @MadeAt)
                    ON CONFLICT (application_id, generation) DO NOTHING
                    """,
                    new { row.ApplicationId, Generation = (long)row.Generation, row.ProtectedSecret, MadeAt = Columns.FromTime(row.MadeAt) });
                if (added == 1 && trace is not null)
                    await ChangeTraces.KeepAsync(scope, trace);
                return added == 1;
            },
            cancellationToken);

    public Task<ApplicationSettings?> FindSettingsAsync(string applicationId, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => await scope.FindAsync<SettingsRow>(
                """
                SELECT code_digits AS Digits, code_lifetime_minutes AS LifetimeMinutes FROM application_settings
                WHERE application_id = @Id
                """,
                new { Id = applicationId }) is { } row
                ? new ApplicationSettings((int)row.Digits, (int)row.LifetimeMinutes)
                : null,
            cancellationToken);

    public Task<IReadOnlyDictionary<string, ApplicationSettings>> ListSettingsAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyDictionary<string, ApplicationSettings>>(
            async scope => (await scope.ListAsync<NamedSettingsRow>(
                "SELECT application_id AS Id, code_digits AS Digits, code_lifetime_minutes AS LifetimeMinutes FROM application_settings"))
                .ToDictionary(row => row.Id, row => new ApplicationSettings((int)row.Digits, (int)row.LifetimeMinutes), StringComparer.Ordinal),
            cancellationToken);

    public Task SetSettingsAsync(string applicationId, ApplicationSettings settings, ChangeTrace trace, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                await scope.ExecuteAsync(
                    """
                    INSERT INTO application_settings (application_id, code_digits, code_lifetime_minutes)
                    VALUES (@Id, @Digits, @LifetimeMinutes)
                    ON CONFLICT (application_id) DO UPDATE SET code_digits = excluded.code_digits,
                      code_lifetime_minutes = excluded.code_lifetime_minutes
                    """,
                    new { Id = applicationId, Digits = (long)settings.Digits, LifetimeMinutes = (long)settings.LifetimeMinutes });
                await ChangeTraces.KeepAsync(scope, trace);
                return true;
            },
            cancellationToken);

    private Task<ApplicationSecretRow?> FindAsync(string condition, object arguments, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => await scope.FindAsync<SecretRow>($"{Selected} WHERE {condition}", arguments) is { } row
                ? new ApplicationSecretRow(row.ApplicationId, (int)row.Generation, row.ProtectedSecret, Columns.ToTime(row.MadeAt))
                : null,
            cancellationToken);

    private sealed record SecretRow(string ApplicationId, long Generation, byte[] ProtectedSecret, long MadeAt);

    private sealed record NamedSettingsRow(string Id, long Digits, long LifetimeMinutes);

    private sealed record SettingsRow(long Digits, long LifetimeMinutes);
}
