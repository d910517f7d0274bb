namespace MfaGateway.Configuration;

/// <summary>Bound at <c>MfaGateway:Store</c>.</summary>
public sealed class StoreOptions
{
    /// <summary>Where accounts, factors, sessions and counters are kept.</summary>
    /// <value><c>Sqlite</c>, <c>LiteDb</c> or <c>Postgres</c>; the default is <c>Sqlite</c>.</value>
    public StoreProvider Provider { get; set; } = StoreProvider.Sqlite;

    /// <summary>How to reach PostgreSQL.</summary>
    /// <value>An Npgsql connection string; needed for <c>Postgres</c> and for nothing else; the default is none.</value>
    public string? ConnectionString { get; set; }
}

public enum StoreProvider
{
    Sqlite,
    LiteDb,
    Postgres,
}
