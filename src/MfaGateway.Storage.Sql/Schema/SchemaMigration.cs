using System.Globalization;

namespace MfaGateway.Storage.Sql.Schema;

/// <summary>One numbered step of the schema: an embedded file <c>Migrations/{dialect}/V001_Name.sql</c>.</summary>
internal sealed record SchemaMigration(int Version, string Name, IReadOnlyList<string> Statements)
{
    /// <summary>Every step of a dialect, lowest version first.</summary>
    public static IReadOnlyList<SchemaMigration> Load(string folder)
    {
        var assembly = typeof(SchemaMigration).Assembly;
        var prefix = $"{typeof(SqlDialect).Namespace}.Migrations.{folder}.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => Read(name[prefix.Length..], assembly.GetManifestResourceStream(name)!))
            .OrderBy(migration => migration.Version)];
    }

    private static SchemaMigration Read(string fileName, Stream content)
    {
        using var reader = new StreamReader(content);
        var name = Path.GetFileNameWithoutExtension(fileName);
        var version = int.Parse(name.AsSpan(1, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        return new SchemaMigration(version, name, SplitStatements(reader.ReadToEnd()));
    }

    /// <summary>Statements end with a semicolon at the end of a line, and lines that begin with two dashes are comments.</summary>
    private static string[] SplitStatements(string text)
    {
        var code = text.Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal));
        return string.Join('\n', code).Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
