using System.Globalization;
using MfaGateway.FunctionalTests.Proxying;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>What came of the bytes of a request.</summary>
/// <param name="Text">Everything that the client received, until the connection was closed.</param>
/// <param name="Forwarded">Every request that an app received meanwhile, as it was received.</param>
internal sealed record Replay(string Text, IReadOnlyList<string> Forwarded)
{
    /// <summary>Of the first answer; 0 where the connection was closed without one.</summary>
    public int Status => Text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(Text.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0;

    /// <summary>The one request that an app received.</summary>
    public string AtTheApp => Forwarded.Count == 1
        ? Forwarded[0]
        : throw new InvalidOperationException($"{Forwarded.Count} requests reached the app:\n{string.Join("\n", Forwarded)}\nThe client received:\n{Text}");

    /// <summary>The values of a header as the app received them.</summary>
    public string[] Values(string name) => RawHttp.Values(AtTheApp, name);
}
