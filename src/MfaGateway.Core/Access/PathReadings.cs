namespace MfaGateway.Core.Access;

/// <summary>
/// Lists every path an upstream might make of a raw path, as the closure of the single steps real servers take
/// (<see cref="PathReadingSteps"/>, <see cref="PathFilters"/>) in every order and combination, with up to three rounds of percent-decoding.
/// </summary>
internal sealed class PathReadings
{
    private const int MaximumDecodings = 3;

    private static readonly Func<string, string>[] Steps =
    [
        PathReadingSteps.ReadEscapedSlashes,
        PathReadingSteps.ReadBackslashes,
        PathReadingSteps.StripParameters,
        PathReadingSteps.CutAtParameters,
        PathReadingSteps.CutAtQuery,
        PathReadingSteps.CutAtFragment,
        PathReadingSteps.MergeSlashes,
        PathReadingSteps.DropAuthority,
        PathReadingSteps.ReadPlusAsBlank,
        PathReadingSteps.ReadWhiteSpaceAsBlank,
        PathReadingSteps.TrimBlanks,
        PathReadingSteps.TrimTails,
        PathReadingSteps.FoldCompatibilityForms,
        PathReadingSteps.FoldToAscii,
        PathReadingSteps.CutToBytes,
        PathReadingSteps.CutRunesToBytes,
        PathReadingSteps.CutToSevenBits,
        CookielessSegments.Remove,
        CookielessSegments.RemoveWithSlash,
        PathFilters.DropBlanks,
        PathFilters.DropForeign,
        PathFilters.KeepDots,
        PathFilters.DropBackslashes,
        PathFilters.DropTags,
        PathFilters.DropClimbs,
        PathFilters.DropDotSlashes,
        PathFilters.DropDoubleDots,
        StrayBytes.ReadAsCharacters,
        StrayBytes.ReadAsBlanks,
        StrayBytes.Replace,
        StrayBytes.Drop,
        StrayBytes.DropWithFollower,
        StrayBytes.ReadLoosely,
        StrayBytes.ReadFullWidth,
    ];

    // Text to the fewest decodings that lead to it: fewer leave room for more.
    private readonly Dictionary<string, int> decodings = new(StringComparer.Ordinal);
    private readonly Queue<string> open = new();
    private int characters;

    public static RequestTargetReading Of(ReadOnlySpan<char> path)
    {
        // What cannot stand in a path unescaped (a blank, é) has one spelling on the wire, so "as is" and "decoded
        // once" are the same reading of it. Without this every honest non-ASCII name would be ambiguous.
        var asSent = PercentDecoding.DecodeWhatMustBeEscaped(path);
        return asSent is null
            ? Refuse("The path holds an escape that stands for no character of a path.")
            : new PathReadings().Close(asSent);
    }

    private RequestTargetReading Close(string asSent)
    {
        Add(asSent.Length == 0 ? "/" : asSent, 0);
        var climbs = false;
        while (open.TryDequeue(out var text))
        {
            foreach (var step in Steps)
                Add(step(text), decodings[text]);

            if (PathReadingSteps.TryRemoveDotSegments(text, out var climbed) is not { } withoutDots)
                return Refuse("The path leads above the root.");
            climbs |= climbed;
            Add(withoutDots, decodings[text]);

            if (PercentDecoding.DecodeAllButSlashes(text) is not { } decoded)
                return Refuse("The path holds an escape that stands for no character of a path.");
            // Nobody honest escapes four times, and what a fifth decoding would give is not judged here.
            if (decoded != text && decodings[text] == MaximumDecodings)
                return Refuse("The path is escaped too often.");
            Add(decoded, decodings[text] + 1);

            if (decodings.Count > RequestTargetReader.MaximumReadings || characters > RequestTargetReader.MaximumReadingCharacters)
                return Refuse("The path can be read in too many ways.");
        }
        return decodings.Count == 1
            ? RequestTargetReading.Plain.Instance
            : new RequestTargetReading.Ambiguous([.. decodings.Keys], climbs);
    }

    private void Add(string text, int depth)
    {
        if (text.Length == 0 || text[0] != '/')
            text = "/" + text;
        if (decodings.TryGetValue(text, out var known))
        {
            if (known <= depth)
                return;
        }
        else
            characters += text.Length;
        decodings[text] = depth;
        open.Enqueue(text);
    }

    private static RequestTargetReading.Refused Refuse(string reason) => new(400, reason);
}
