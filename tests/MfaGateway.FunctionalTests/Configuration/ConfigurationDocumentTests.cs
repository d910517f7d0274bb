using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using MfaGateway.Configuration;
using MfaGateway.FunctionalTests.Verifiers;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace MfaGateway.FunctionalTests.Configuration;

/// <summary>Holds what is written about settings against the options classes and the rules that judge them.</summary>
public sealed partial class ConfigurationDocumentTests
{
    [Fact]
    public void The_list_of_settings_has_every_key_and_none_too_many() =>
        Assert.Equal(SettingKeys.All.Order(StringComparer.Ordinal), Rows().Select(row => row.Key).Order(StringComparer.Ordinal));

    [Fact]
    public void The_list_of_settings_says_of_each_key_what_the_program_says()
    {
        var settings = GatewaySettings.All.ToDictionary(setting => setting.Key, StringComparer.Ordinal);
        Assert.All(Rows(), row =>
        {
            Assert.Equal(settings[row.Key].Allowed, row.Allowed);
            Assert.Equal(DefaultOf(row.Key), row.Default, ignoreCase: true); // SHA1 is Sha1 in the code
            Assert.Equal(TypeOf(row.Key, settings[row.Key]), row.Type);
        });
    }

    [Fact]
    public void The_schema_has_every_key_with_its_default_and_none_too_many()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "config", "appsettings.schema.json")));
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        Collect(schema.RootElement.GetProperty("properties").GetProperty("MfaGateway"), string.Empty, found);

        Assert.Equal(SettingKeys.All.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(found, pair =>
        {
            var shown = pair.Value.TryGetProperty("default", out var value) ? value.ToString() : "none";
            Assert.Equal(DefaultOf(pair.Key), shown, ignoreCase: true);
            Assert.NotEmpty(pair.Value.GetProperty("description").GetString()!);
        });
    }

    [Fact]
    public void The_schema_bounds_numbers_as_the_program_does()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "config", "appsettings.schema.json")));
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        Collect(schema.RootElement.GetProperty("properties").GetProperty("MfaGateway"), string.Empty, found);
        var numbers = GatewaySettings.All.Where(setting => found[setting.Key].GetProperty("type").ToString() == "integer").ToList();

        Assert.NotEmpty(numbers);
        Assert.All(numbers, setting =>
        {
            var schemaOf = found[setting.Key];
            var shown = schemaOf.TryGetProperty("enum", out var choices)
                ? string.Join(" or ", choices.EnumerateArray())
                : $"{schemaOf.GetProperty("minimum")} to {schemaOf.GetProperty("maximum")}";
            Assert.Equal(setting.Allowed, shown);
        });
    }

    [Fact]
    public void The_settings_file_that_comes_with_the_program_has_no_fault()
    {
        var sources = ConfigurationSources.Read(Repository.Root, "Production", []);

        Assert.Empty(sources.Faults);
        Assert.Empty(GatewayConfigurationReader.Read(sources.Configuration!).Faults);
        Assert.True(File.Exists(Path.Combine(Repository.Root, sources.Configuration!["$schema"]!)));
    }

    private static void Collect(JsonElement schema, string key, Dictionary<string, JsonElement> found)
    {
        var isSection = schema.TryGetProperty("properties", out var properties);
        if (isSection)
        {
            Assert.False(schema.GetProperty("additionalProperties").GetBoolean(), key);
            foreach (var property in properties.EnumerateObject())
                Collect(property.Value, Join(key, property.Name), found);
        }
        else if (schema.TryGetProperty("additionalProperties", out var any))
        {
            Collect(any, Join(key, SettingKeys.AnyName), found);
        }
        else
        {
            found.Add(key, schema);
        }
    }

    private static string Join(string key, string name) => key.Length == 0 ? name : $"{key}:{name}";

    private static List<SettingRow> Rows() =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "config", "README.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => new SettingRow(ChosenName().Replace(cells[1].Trim('`'), "*"), cells[2], cells[3], cells[4].Trim('`'), cells[5])),
    ];

    private static string DefaultOf(string key) => Walk(key).Default switch
    {
        null => "none",
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        string text => text,
        IEnumerable<string> list => list.Any() ? string.Join(", ", list) : "none",
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        var value => value.ToString()!,
    };

    private static string TypeOf(string key, Setting setting)
    {
        var type = Walk(key).Type;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(int))
            return "number";
        if (type == typeof(TimeSpan))
            return "duration";
        if (type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable<string>)))
            return "list";
        return type.IsEnum || type == typeof(bool) || setting.Key.EndsWith(":Factors", StringComparison.Ordinal) || setting.Key.EndsWith(":Algorithm", StringComparison.Ordinal)
            ? "choice"
            : "text";
    }

    // From the root class along the key, through a new instance of whatever stands under a chosen name.
    private static (Type Type, object? Default) Walk(string key)
    {
        (Type Type, object? Value) place = (typeof(GatewayOptions), new GatewayOptions());
        foreach (var part in key.Split(':'))
        {
            if (part == SettingKeys.AnyName)
            {
                var inner = place.Type.GetGenericArguments()[1];
                place = (inner, inner == typeof(string) ? null : Activator.CreateInstance(inner));
                continue;
            }

            var property = place.Type.GetProperty(part, BindingFlags.Public | BindingFlags.Instance)!;
            var value = property.GetValue(place.Value ?? Activator.CreateInstance(place.Type));
            place = (property.PropertyType, value);
        }

        return place;
    }

    [GeneratedRegex(@"\{[a-z]+\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ChosenName();

    private sealed record SettingRow(string Key, string Type, string Allowed, string Default, string TakesEffect);
}
