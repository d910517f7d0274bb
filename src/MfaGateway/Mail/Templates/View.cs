namespace MfaGateway.Mail.Templates;

/// <summary>What a template is filled with. What is not there, and what is blank, is no value.</summary>
internal sealed class View
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<View>> _lists = new(StringComparer.Ordinal);
    private View? _outer;

    public View Set(string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
            _values[name] = value;
        return this;
    }

    /// <summary>A list whose items have values of their own beside those around them.</summary>
    public View Set(string name, IReadOnlyList<View> items)
    {
        foreach (var item in items)
            item._outer = this;
        _lists[name] = items;
        return this;
    }

    /// <summary>A list of texts, each of which is <c>{{.}}</c>.</summary>
    public View Set(string name, IEnumerable<string> items) => Set(name, [.. items.Select(item => new View().Set(".", item))]);

    /// <returns>Empty where there is none.</returns>
    public string Text(string name) => _values.GetValueOrDefault(name) ?? _outer?.Text(name) ?? string.Empty;

    /// <summary>What a section of that name is written for: each item of a list, this view where there is a value, else nothing.</summary>
    public IReadOnlyList<View> Items(string name) =>
        _lists.TryGetValue(name, out var items) ? items : Text(name).Length > 0 ? [this] : [];
}
