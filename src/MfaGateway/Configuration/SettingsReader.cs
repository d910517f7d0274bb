using System.Collections;
using System.Globalization;
using System.Reflection;

namespace MfaGateway.Configuration;

/// <summary>
/// Fills options from a configuration section and notes every fault: unknown keys, values of the wrong kind, values out
/// of range. The framework's binder would stop at the first value it can't read and pass over keys it doesn't know.
/// </summary>
internal sealed class SettingsReader(IEnumerable<Setting> settings)
{
    private readonly Dictionary<string, Setting> _settings = settings.ToDictionary(setting => setting.Key, StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _faults = [];
    private readonly HashSet<string> _faultyKeys = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Whether the value at this full key, or an entry of it, already has its fault.</summary>
    public bool IsFaulty(string fullKey) => _faultyKeys.Contains(fullKey);

    public void Fill(object options, IConfigurationSection section) => Fill(options, section, pattern: string.Empty);

    private void Fill(object options, IConfigurationSection section, string pattern)
    {
        if (!IsSection(section))
            return;

        var properties = SettingKeys.Of(options.GetType());
        foreach (var child in section.GetChildren())
        {
            if (child.Value is null && !child.GetChildren().Any() && properties.ContainsKey(child.Key))
                continue; // null in a file: the default stays
            if (properties.TryGetValue(child.Key, out var property))
                FillProperty(options, property, child, SettingKeys.Join(pattern, property.Name));
            else
                NoteUnknown(child, section.Path, pattern);
        }
    }

    // An empty list of a JSON file comes as an empty text, and is no section either.
    private bool IsSection(IConfigurationSection section)
    {
        if (section.Value is null)
            return true;
        Note(section, $"{section.Path} must be a section, but was {ShownValue.Of(section.Value)}.");
        return false;
    }

    private void FillProperty(object options, PropertyInfo property, IConfigurationSection child, string pattern)
    {
        var type = property.PropertyType;
        if (SettingKeys.IsListOfText(type))
        {
            if (ReadList(child, _settings[pattern]) is { } list)
                property.SetValue(options, type.IsArray ? list.ToArray() : list);
        }
        else if (SettingKeys.ValueOfNames(type) is { } valueType)
        {
            FillNames((IDictionary)property.GetValue(options)!, valueType, child, pattern);
        }
        else if (SettingKeys.IsSection(type))
        {
            if (property.GetValue(options) is null)
                property.SetValue(options, Activator.CreateInstance(type));
            Fill(property.GetValue(options)!, child, pattern);
        }
        else if (ReadValue(child, _settings[pattern], type) is { } value)
        {
            property.SetValue(options, value);
        }
    }

    private void FillNames(IDictionary names, Type valueType, IConfigurationSection section, string pattern)
    {
        if (!IsSection(section))
            return;

        var inner = SettingKeys.Join(pattern, SettingKeys.AnyName);
        foreach (var child in section.GetChildren())
        {
            if (SettingKeys.IsSection(valueType))
            {
                var options = Activator.CreateInstance(valueType)!;
                Fill(options, child, inner);
                names[child.Key] = options;
            }
            else if (ReadValue(child, _settings[inner], valueType) is { } value)
            {
                names[child.Key] = value;
            }
        }
    }

    // Null where nothing is set: the default stays.
    private List<string>? ReadList(IConfigurationSection section, Setting setting)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0)
        {
            // An empty list of a JSON file comes as an empty text.
            if (string.IsNullOrEmpty(section.Value))
                return section.Value is null ? null : [];
            Note(section, $"{section.Path} must be a list, each entry {setting.Allowed}, but was {ShownValue.Of(section.Value)}.");
            return null;
        }

        if (children.Exists(child => !int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            Note(section, $"{section.Path} must be a list, each entry {setting.Allowed}, but was a section.");
            return null;
        }

        return [.. children.Select(child => ReadValue(child, setting, typeof(string), section.Path)).OfType<string>()];
    }

    private object? ReadValue(IConfigurationSection section, Setting setting, Type type, string? listPath = null)
    {
        var text = section.Value;
        if (section.GetChildren().Any())
        {
            Note(section, $"{section.Path} must be {setting.Allowed}, but was a section.", listPath);
            return null;
        }

        if (text is null)
            return null;

        if (Parse(text, Nullable.GetUnderlyingType(type) ?? type) is { } value && setting.IsAllowed?.Invoke(value) != false)
            return value;

        var shown = setting.IsSecret ? "something else" : ShownValue.Of(text);
        Note(section, $"{section.Path} must be {setting.Allowed}, but was {shown}.", listPath);
        return null;
    }

    private static object? Parse(string text, Type type)
    {
        if (type == typeof(string))
            return text;
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (type == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : null;
        // The bare "30" would be read as 30 days.
        if (type == typeof(TimeSpan))
            return text.Contains(':') && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var span) ? span : null;
        // By name alone: a number would be taken for whichever value stands at it.
        if (type.IsEnum)
            return Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse(type, name) : null;

        throw new NotSupportedException($"No setting is of type {type}.");
    }

    private void NoteUnknown(IConfigurationSection child, string sectionPath, string pattern)
    {
        // What is known, with the names that the operator chose in place of the stars.
        var chosen = sectionPath.Split(':').Skip(1).ToArray();
        var known = SettingKeys.All.Select(key => key.Split(':')
            .Select((part, i) => part == SettingKeys.AnyName && i < chosen.Length && SharesSection(pattern, key, i) ? chosen[i] : part));
        var names = known.Select(parts => $"{GatewayOptions.SectionName}:{string.Join(':', parts)}");
        var nearest = NearestKey.Of(child.Path, names.Select(name => name.EndsWith(":*", StringComparison.Ordinal) ? name[..^2] : name));
        Note(child, $"{child.Path} is not a setting; the nearest is {nearest}.");
    }

    private static bool SharesSection(string pattern, string key, int parts) =>
        key.Split(':').Take(parts + 1).SequenceEqual(pattern.Split(':').Take(parts + 1), StringComparer.OrdinalIgnoreCase);

    private void Note(IConfigurationSection section, string fault, string? listPath = null)
    {
        _faults.Add(fault);
        _faultyKeys.Add(section.Path);
        if (listPath is not null)
            _faultyKeys.Add(listPath);
    }
}
