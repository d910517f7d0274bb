using System.Globalization;
using System.Reflection;
using System.Text;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>The page about advisories, written from the attributes of the tests.</summary>
internal static class AdvisoryTable
{
    private const string Suffix = "Advisories";

    /// <summary>Every advisory with the test that replays it, by the kind of attack and then by its identifier.</summary>
    public static IReadOnlyList<(AdvisoryAttribute Advisory, MethodInfo Test)> Rows { get; } =
    [
        .. typeof(AdvisoryTable).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(test => test.GetCustomAttributes<AdvisoryAttribute>().Select(advisory => (advisory, test)))
            .OrderBy(row => KindOf(row.test), StringComparer.Ordinal)
            .ThenBy(row => row.advisory.Id, StringComparer.Ordinal),
    ];

    /// <summary>The page as it is to be.</summary>
    public static string Write()
    {
        var page = new StringBuilder();
        page.Append(string.Create(CultureInfo.InvariantCulture, $"""
            # Advisories of other products, replayed

            What was found in gateways, proxies, sign-in services and libraries of this kind since 2020, and is possible in one like this. Each row is
            an attack that a test runs from outside against the gateway, beside the honest request that has to keep working. A test
            fails when its guard is taken out. {Rows.Select(row => row.Advisory.Id).Distinct().Count()} advisories so far.

            This page is written by a test from the attributes of the others: do not edit it. How to add an advisory is described in
            [the folder of the tests](../tests/MfaGateway.FunctionalTests/Advisories/README.md). What the gateway withstands as a whole, and
            what it does not, is the subject of the [threat model](threat-model.md).


            """).ReplaceLineEndings("\n"));
        foreach (var kind in Rows.GroupBy(row => KindOf(row.Test), StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"## {Words(kind.Key)}\n\n| advisory | product | what is tried | guard | test |\n|---|---|---|---|---|\n");
            foreach (var (advisory, test) in kind)
            {
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| [{advisory.Id}]({advisory.Address}) | {advisory.Product} | {advisory.Shape} | [{Path.GetFileNameWithoutExtension(advisory.Guard)}](../{advisory.Guard}) | [{test.Name}]({FileOf(test)}) |\n");
            }

            page.Append('\n');
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static string KindOf(MethodInfo test) => test.DeclaringType!.Name[..^Suffix.Length];

    private static string FileOf(MethodInfo test) => $"../tests/MfaGateway.FunctionalTests/Advisories/{test.DeclaringType!.Name}.cs";

    // "HeaderSpoofing" as "Header spoofing".
    private static string Words(string name) =>
        string.Concat(name.Select((letter, index) => index > 0 && char.IsAsciiLetterUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"));
}
