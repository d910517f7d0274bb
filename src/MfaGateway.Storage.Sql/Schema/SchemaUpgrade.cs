using MfaGateway.Core.Storage;

namespace MfaGateway.Storage.Sql.Schema;

/// <summary>
/// Brings a schema up to date, a step a transaction, under a lock that all processes share. The version is read under
/// that lock, so of two processes that start together one does the work and the other finds it done.
/// </summary>
internal sealed class SchemaUpgrade(SqlDatabase database)
{
    private readonly IReadOnlyList<SchemaMigration> _migrations = SchemaMigration.Load(database.Dialect.MigrationsFolder);

    private string Location => database.Dialect.Location;

    /// <param name="mayCreate">Whether a store without any schema may get one.</param>
    /// <exception cref="StoreRefusedException">The schema is newer than this program, or there is none and there must be.</exception>
    public async Task RunAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        while (await database.WriteAsync(scope => TakeStepAsync(scope, mayCreate), cancellationToken))
        {
        }
    }

    /// <returns>Whether there may be another step to take.</returns>
    private async Task<bool> TakeStepAsync(SqlScope scope, bool mayCreate)
    {
        await scope.Dialect.LockSchemaAsync(scope);
        var version = await ReadVersionAsync(scope);
        if (version > _migrations[^1].Version)
        {
            throw new StoreRefusedException(
                $"The store at {Location} has schema version {version}, but this program knows versions up to "
                + $"{_migrations[^1].Version}. Start the newer program, or restore a backup made before the upgrade.");
        }

        if (version == 0 && !mayCreate)
        {
            throw new StoreRefusedException(
                $"The store at {Location} is empty, but there was one before. Restore a backup. An empty store "
                + "would leave everyone without a second factor, so none is made in its place.");
        }

        if (_migrations.FirstOrDefault(migration => migration.Version > version) is not { } next)
            return false;

        foreach (var statement in next.Statements)
            await scope.ExecuteAsync(statement);
        await scope.ExecuteAsync(
            "INSERT INTO schema_versions (version, name) VALUES (@Version, @Name)",
            new { Version = (long)next.Version, next.Name });
        return true;
    }

    private static async Task<long> ReadVersionAsync(SqlScope scope) =>
        await scope.Dialect.HasSchemaAsync(scope)
            ? await scope.ScalarAsync<long?>("SELECT MAX(version) FROM schema_versions") ?? 0
            : 0;
}
