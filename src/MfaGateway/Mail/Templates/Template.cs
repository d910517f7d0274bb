using System.Text;
using System.Text.RegularExpressions;

namespace MfaGateway.Mail.Templates;

/// <summary>
/// Text with places to fill in: <c>{{name}}</c> is a value, <c>{{#name}}...{{/name}}</c> is there once for a value and once an item for a list,
/// <c>{{^name}}...{{/name}}</c> is there where there is no value, and <c>{{> name}}</c> is another template's text.
/// </summary>
internal sealed partial class Template
{
    private readonly IReadOnlyList<Node> _nodes;

    private Template(IReadOnlyList<Node> nodes) => _nodes = nodes;

    /// <summary>Every name that it fills in or asks for, those inside sections, too.</summary>
    public IEnumerable<string> Names => _nodes.SelectMany(node => node.Names).Distinct(StringComparer.Ordinal);

    /// <param name="include">Finds what <c>{{> name}}</c> stands for.</param>
    /// <exception cref="FormatException">It can't be read; the message says what is wrong with it.</exception>
    public static Template Parse(string text, Func<string, Template> include)
    {
        // A line that holds a section's mark alone leaves no empty line behind.
        text = LoneMark().Replace(text, "${mark}");
        var open = new Stack<(string Name, bool IsInverted, List<Node> Nodes)>();
        open.Push((string.Empty, false, []));
        var position = 0;
        while (text.IndexOf("{{", position, StringComparison.Ordinal) is var begin and >= 0)
        {
            var end = text.IndexOf("}}", begin, StringComparison.Ordinal);
            if (end < 0)
                throw new FormatException("\"{{\" has no \"}}\"");
            open.Peek().Nodes.Add(new Text(text[position..begin]));
            Take(text[(begin + 2)..end], open, include);
            position = end + 2;
        }

        open.Peek().Nodes.Add(new Text(text[position..]));
        return open.Count == 1 ? new Template(open.Pop().Nodes) : throw new FormatException($"{{{{#{open.Peek().Name}}}}} has no end");
    }

    /// <param name="encode">What each value goes through.</param>
    public string Render(View view, Func<string, string> encode)
    {
        var output = new StringBuilder();
        foreach (var node in _nodes)
            node.Write(view, encode, output);
        return output.ToString();
    }

    private static void Take(string mark, Stack<(string Name, bool IsInverted, List<Node> Nodes)> open, Func<string, Template> include)
    {
        var name = mark.TrimStart('#', '^', '/', '>').Trim();
        if (!IsName().IsMatch(name))
            throw new FormatException($"{{{{{mark}}}}} has no name");
        switch (mark[0])
        {
            case '#' or '^':
                open.Push((name, mark[0] == '^', []));
                break;
            case '/' when open.Count > 1 && open.Peek().Name == name:
                var section = open.Pop();
                open.Peek().Nodes.Add(new Section(name, section.IsInverted, new Template(section.Nodes)));
                break;
            case '/':
                throw new FormatException($"{{{{{mark}}}}} ends nothing");
            case '>':
                open.Peek().Nodes.AddRange(include(name)._nodes);
                break;
            default:
                open.Peek().Nodes.Add(new Value(name));
                break;
        }
    }

    [GeneratedRegex(@"^[ \t]*(?<mark>\{\{[#^/][^}]*\}\})[ \t]*\r?\n", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LoneMark();

    [GeneratedRegex(@"\A([A-Za-z]+|\.)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IsName();

    private abstract record Node
    {
        public abstract IEnumerable<string> Names { get; }

        public abstract void Write(View view, Func<string, string> encode, StringBuilder output);
    }

    private sealed record Text(string Content) : Node
    {
        public override IEnumerable<string> Names => [];

        public override void Write(View view, Func<string, string> encode, StringBuilder output) => output.Append(Content);
    }

    private sealed record Value(string Name) : Node
    {
        public override IEnumerable<string> Names => [Name];

        public override void Write(View view, Func<string, string> encode, StringBuilder output) => output.Append(encode(view.Text(Name)));
    }

    private sealed record Section(string Name, bool IsInverted, Template Inner) : Node
    {
        public override IEnumerable<string> Names => [Name, .. Inner.Names];

        public override void Write(View view, Func<string, string> encode, StringBuilder output)
        {
            var items = view.Items(Name);
            foreach (var item in IsInverted ? (items.Count == 0 ? [view] : []) : items)
                output.Append(Inner.Render(item, encode));
        }
    }
}
