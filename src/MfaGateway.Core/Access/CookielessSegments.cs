namespace MfaGateway.Core.Access;

/// <summary>
/// ASP.NET keeps tickets of browsers without cookies in the path, <c>/(A(x)S(y)F(z))/page</c>, and takes them out before it looks for the
/// page. They count wherever they stand: <c>/ad(S(x))min</c> and <c>/ad/(S(x))min</c> are <c>/admin</c>.
/// </summary>
internal static class CookielessSegments
{
    /// <summary>A ticket alone; the first one, since what is left is read anew.</summary>
    public static string Remove(string path) => TryFind(path, out var start, out var end) ? path.Remove(start, end - start) : path;

    /// <summary>A ticket and the slash before it.</summary>
    public static string RemoveWithSlash(string path) =>
        TryFind(path, out var start, out var end) && start > 0 && path[start - 1] == '/' ? path.Remove(start - 1, end - start + 1) : path;

    public static bool IsIn(ReadOnlySpan<char> path) => TryFind(path, out _, out _);

    private static bool TryFind(ReadOnlySpan<char> path, out int start, out int end)
    {
        for (start = path.IndexOf('('); start >= 0; start = Next(path, start))
        {
            end = EndOf(path, start);
            if (end > 0)
                return true;
        }
        end = -1;
        return false;
    }

    private static int Next(ReadOnlySpan<char> path, int start) =>
        path[(start + 1)..].IndexOf('(') is var next and >= 0 ? start + 1 + next : -1;

    /// <summary>Behind the ticket that begins here: an opening parenthesis, letters with a value in parentheses each, a closing one.</summary>
    private static int EndOf(ReadOnlySpan<char> path, int start)
    {
        var at = start + 1;
        while (at + 1 < path.Length && char.IsAsciiLetter(path[at]) && path[at + 1] == '(')
        {
            var value = path[(at + 2)..];
            var close = value.IndexOfAny('/', ')');
            if (close < 0 || value[close] == '/')
                return -1;
            at += close + 3;
        }
        return at > start + 1 && at < path.Length && path[at] == ')' ? at + 1 : -1;
    }
}
