using System.Buffers;
using System.Globalization;
using System.Text;

namespace MfaGateway.Core.Access;

/// <summary>
/// Apps that resolve the whole target as a path, the query with it: <c>path.join(root, req.url)</c> of Node, Go's
/// <c>filepath.Join(root, r.RequestURI)</c>. To them <c>/pub/?/../../admin</c> is <c>/admin</c>.
/// </summary>
/// <remarks>
/// Queries hold paths, text and nested URLs, so nothing is refused here: what climbs above the root ends there (RFC 3986 5.2.4), and what is
/// no escape stays as it is. Where it can't be told to which path a query leads, it counts as leading to each.
/// </remarks>
internal static class WholeTargets
{
    // Honest queries are escaped twice or three times, where URLs are nested.
    private const int MaximumDecodings = 8;

    // What it is resolved to; an honest one has one or two.
    private const int MaximumResolved = 8;

    /// <summary>Whether the query holds a segment that some app takes for <c>..</c>. It allocates nothing.</summary>
    /// <param name="target">Path and query as sent.</param>
    /// <param name="query">The index of its <c>?</c>.</param>
    public static bool CanClimb(ReadOnlySpan<char> target, int query)
    {
        if (!target[query..].ContainsAny('.', '%'))
            return false;
        var start = target[..query].LastIndexOf('/') + 1;
        var rented = ArrayPool<char>.Shared.Rent(target.Length - start);
        try
        {
            var text = rented.AsSpan(0, target.Length - start);
            target[start..].CopyTo(text);
            for (var round = 0; round <= MaximumDecodings; round++)
            {
                if (HoldsTwoDots(text))
                    return true;
                var length = Decode(text, text);
                if (length == text.Length)
                    return false;
                text = text[..length];
            }
            return true;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    /// <summary>The reading of the path, together with what the whole target is resolved to.</summary>
    /// <param name="reading">Plain or ambiguous.</param>
    /// <param name="path">Of the target, as sent.</param>
    /// <param name="target">Path and query as sent, of which <see cref="CanClimb"/> is true.</param>
    public static RequestTargetReading Add(RequestTargetReading reading, ReadOnlySpan<char> path, string target)
    {
        var known = reading as RequestTargetReading.Ambiguous;
        var paths = new HashSet<string>(known?.Paths ?? [path.ToString()], StringComparer.Ordinal);
        var climb = new QueryClimb();
        var resolved = new HashSet<string>(StringComparer.Ordinal);
        var last = target;
        foreach (var text in Decodings(target))
        {
            last = text;
            resolved.UnionWith(Spellings(text).Select(climb.Resolve).OfType<string>());
            var slashed = text.Replace('\\', '/');
            foreach (var narrowed in Narrowings(text).Select(ReadTwoDots).Where(narrowed => narrowed != slashed))
                climb.Suspect(narrowed);
        }
        // Escaped even more often; or with an escaped question mark in the path, so that where the query begins depends on who decodes first.
        if (Decode(last, new char[last.Length]) != last.Length || (paths.Any(one => one.Contains('?')) && LeadsOut(path, target)))
            climb.Suspect("/?/../..");
        if (resolved.Count > MaximumResolved || !resolved.All(one => TryRead(one, paths, climb)))
            climb.MayLeadAnywhere();
        if (!climb.IsSome)
            return reading;
        // Which segments are left can't be told where the path has several readings.
        var leavesAll = climb.LeadsAnywhere && known is not null;
        return new RequestTargetReading.Ambiguous([.. paths], known is { Climbs: true } || climb.LeavesRoot || leavesAll)
        {
            QueryFloor = leavesAll ? 0 : climb.Floor,
            LeadsAnywhere = climb.LeadsAnywhere,
        };
    }

    /// <summary>Whether the query leads out of any path of so many segments.</summary>
    private static bool LeadsOut(ReadOnlySpan<char> path, string target)
    {
        var plain = string.Concat(Enumerable.Repeat("/x", path.Count('/')));
        return Add(RequestTargetReading.Plain.Instance, plain, plain + target[path.Length..]) is RequestTargetReading.Ambiguous;
    }

    /// <summary>Adds what apps make of the resolved path in their turn, as of one that was sent. False where that can't be told.</summary>
    private static bool TryRead(string resolved, HashSet<string> paths, QueryClimb climb)
    {
        switch (PathReadings.Of(resolved))
        {
            case RequestTargetReading.Refused:
                return false;
            case RequestTargetReading.Ambiguous readings:
                paths.UnionWith(readings.Paths);
                climb.LeavesRoot |= readings.Climbs;
                break;
        }
        paths.Add(resolved);
        paths.Add(PathReadingSteps.CutAtQuery(resolved));
        return paths.Count <= 2 * RequestTargetReader.MaximumReadings;
    }

    // However often it is escaped.
    private static IEnumerable<string> Decodings(string target)
    {
        for (var round = 0; round <= MaximumDecodings; round++)
        {
            yield return target;
            var decoded = new char[target.Length];
            var length = Decode(target, decoded);
            if (length == target.Length)
                yield break;
            target = new string(decoded, 0, length);
        }
    }

    // With backslashes as slashes, empty segments dropped, and with "../" or "./" removed once.
    private static IEnumerable<string> Spellings(string text)
    {
        foreach (var slashed in (string[])[text, text.Replace('\\', '/')])
        {
            foreach (var dotted in (string[])[slashed, PathFilters.DropClimbs(slashed), PathFilters.DropDotSlashes(slashed)])
            {
                yield return dotted;
                yield return PathReadingSteps.MergeSlashes(dotted);
            }
        }
    }

    // What becomes of it where more than dots and slashes turn into dots and slashes. Which of them an app does is not asked.
    private static IEnumerable<string> Narrowings(string text)
    {
        yield return PathFilters.DropBackslashes(text);
        text = text.Replace('\\', '/');
        yield return text;
        yield return PathFilters.DropTags(text);
        yield return StrayBytes.ReadLoosely(text);
        yield return StrayBytes.ReadFullWidth(text);
        if (text.IndexOf("%00", StringComparison.Ordinal) is var end and > 0)
            yield return text[..end];
        var characters = ReadCharacters(text);
        if (Ascii.IsValid(characters))
            yield break;
        yield return PathReadingSteps.FoldCompatibilityForms(characters).Replace('\\', '/');
        yield return PathReadingSteps.FoldToAscii(characters).Replace('\\', '/');
        yield return PathReadingSteps.CutToBytes(characters).Replace('\\', '/');
        yield return PathReadingSteps.CutRunesToBytes(characters).Replace('\\', '/');
        yield return PathReadingSteps.CutToSevenBits(characters).Replace('\\', '/');
    }

    /// <summary>Decodes what stands for a character beyond ASCII: UTF-8, and JavaScript's <c>%uXXXX</c>.</summary>
    private static string ReadCharacters(string text)
    {
        // Non-characters are no text, and can't be normalized.
        var unescaped = Uri.UnescapeDataString(text).Replace('\uFFFE', '\uFFFD').Replace('\uFFFF', '\uFFFD');
        if (!unescaped.Contains("%u", StringComparison.OrdinalIgnoreCase))
            return unescaped;
        var read = new StringBuilder(unescaped.Length);
        for (var i = 0; i < unescaped.Length; i++)
        {
            if (unescaped.AsSpan(i) is ['%', 'u' or 'U', var a, var b, var c, var d, ..] && IsEscape(['%', a, b]) && IsEscape(['%', c, d])
                && (char)ushort.Parse([a, b, c, d], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) is var unit && !char.IsSurrogate(unit) && unit < '\uFFFE')
            {
                read.Append(unit);
                i += 5;
            }
            else
            {
                read.Append(unescaped[i]);
            }
        }
        return read.ToString();
    }

    // In the query: those of the path are read with the path.
    private static string ReadTwoDots(string text)
    {
        var query = text.IndexOf('?');
        if (query < 0)
            return text;
        var start = text.AsSpan(0, query).LastIndexOf('/') + 1;
        return text[..start] + string.Join('/', text[start..].Split('/').Select(segment => Dots(segment) == 2 ? ".." : segment));
    }

    // What becomes dots by more than decoding is looked at closely; it is rare in honest queries.
    private static bool HoldsTwoDots(ReadOnlySpan<char> text)
    {
        foreach (var segment in text.SplitAny('/', '\\'))
        {
            if (Dots(text[segment]) >= 2)
                return true;
        }
        return HoldsForeign(text);
    }

    private static bool HoldsForeign(ReadOnlySpan<char> text)
    {
        for (var rest = text; rest.IndexOf('%') is var at and >= 0; rest = rest[(at + 1)..])
        {
            if (rest[at..] is ['%', 'u' or 'U', ..] || (IsEscape(rest[at..]) && rest[at + 1] is > '7' or '0'))
                return true;
        }
        return text.ContainsAny('<', '\\') && text.Contains('.');
    }

    /// <summary>
    /// How many dots a segment has that holds no letter and no digit before its parameters, its query or what a server cuts off; 0 for any other. What is
    /// still escaped is none of ASCII's letters, digits and signs.
    /// </summary>
    private static int Dots(ReadOnlySpan<char> segment)
    {
        var dots = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            if (dots >= 2 && segment[i] is ';' or '?' or '#' or ':')
                return dots;
            if (IsEscape(segment[i..]))
                i += 2;
            else if (char.IsAsciiLetterOrDigit(segment[i]))
                return 0;
            else if (segment[i] == '.')
                dots++;
        }
        return dots;
    }

    private static bool IsEscape(ReadOnlySpan<char> text) =>
        text is ['%', var high, var low, ..] && char.IsAsciiHexDigit(high) && char.IsAsciiHexDigit(low);

    /// <summary>
    /// Decodes the escapes of ASCII's printable characters, slashes with them, and those of JavaScript's <c>unescape</c> (<c>%u002e</c>). Both spans
    /// may be the same memory.
    /// </summary>
    private static int Decode(ReadOnlySpan<char> text, Span<char> decoded)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (IsEscape(text[i..]) && byte.Parse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) is >= 0x20 and < 0x7F and var code)
            {
                c = (char)code;
                i += 2;
            }
            else if (text[i..] is ['%', 'u' or 'U', '0', '0', var high, var low, ..] && IsEscape(['%', high, low])
                && byte.Parse([high, low], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) is >= 0x20 and < 0x7F and var unicode)
            {
                c = (char)unicode;
                i += 5;
            }
            decoded[length++] = c;
        }
        return length;
    }
}
