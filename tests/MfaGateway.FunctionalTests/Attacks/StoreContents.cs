using System.Globalization;
using System.Text;
using MfaGateway.Storage;
using MfaGateway.TestKit;
using Microsoft.Data.Sqlite;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Everything that a gateway's store holds, as text, to be compared with a later reading.</summary>
internal static class StoreContents
{
    /// <summary>All rows of all tables but the mails', which leave by themselves.</summary>
    public static async Task<string> ReadAsync(GatewayUnderTest gateway)
    {
        await using var database = new SqliteConnection(
            $"Data Source={gateway.Get<GatewayStore>().Directory.SqliteFile};Mode=ReadOnly;Pooling=False");
        await database.OpenAsync();
        var tables = await ListAsync(database, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'mail_%' ORDER BY name");
        var text = new StringBuilder();
        foreach (var table in tables)
        {
            var rows = await ListAsync(database, $"SELECT * FROM \"{table}\"");
            text.Append(CultureInfo.InvariantCulture, $"{table}\n  {string.Join("\n  ", rows.Order(StringComparer.Ordinal))}\n");
        }

        return text.ToString();
    }

    private static async Task<List<string>> ListAsync(SqliteConnection database, string sql)
    {
        await using var command = database.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(
                column => reader.GetValue(column) is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture))));
        }

        return rows;
    }
}
