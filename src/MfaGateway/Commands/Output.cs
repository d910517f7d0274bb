using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace MfaGateway.Commands;

/// <summary>What commands print: tables for people, JSON for scripts.</summary>
internal static class Output
{
    // Wide enough that no cell is broken where nobody's terminal sets a width.
    private const int WidthOfFiles = 400;

    // Names in any script stay readable; what HTML would need escaped does no harm in a terminal.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Task WriteJsonAsync<T>(T value) => CommandConsole.Current.Out.WriteLineAsync(JsonSerializer.Serialize(value, Json));

    public static void WriteTable(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.None).AddColumns([.. columns.Select(column => new TableColumn(new Text(column)))]);
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        var own = CommandConsole.Current;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(own.Out) });
        console.Profile.Width = own.Width ?? WidthOfFiles;
        console.Write(table);
    }

    /// <summary>To the second and in UTC, so that lists of different machines compare.</summary>
    public static string Time(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "never";
}
