using System.Text.RegularExpressions;
using MfaGateway.FunctionalTests.Verifiers;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>The page about advisories says what the tests do.</summary>
public sealed partial class AdvisoryDocumentTests
{
    private static readonly string DocumentFile = Path.Combine(Repository.Root, "docs", "advisories.md");

    [Fact]
    public async Task The_page_in_the_repository_is_the_one_that_the_tests_make()
    {
        var made = AdvisoryTable.Write();
        if (Environment.GetEnvironmentVariable("MFAGATEWAY_WRITE_ADVISORIES") == "1")
            await File.WriteAllTextAsync(DocumentFile, made, TestContext.Current.CancellationToken);

        var kept = File.Exists(DocumentFile) ? await File.ReadAllTextAsync(DocumentFile, TestContext.Current.CancellationToken) : string.Empty;
        Assert.True(made == kept, "docs/advisories.md differs from the tests. Run this test with MFAGATEWAY_WRITE_ADVISORIES=1 and look at the difference.");
    }

    [Fact]
    public void Every_row_has_an_identifier_a_test_that_runs_and_a_guard_that_exists()
    {
        Assert.NotEmpty(AdvisoryTable.Rows);
        Assert.All(AdvisoryTable.Rows, row =>
        {
            Assert.Matches(Identifier(), row.Advisory.Id);
            Assert.True(File.Exists(Path.Combine(Repository.Root, row.Advisory.Guard)), $"{row.Advisory.Id}: there is no {row.Advisory.Guard}.");
            Assert.NotEmpty(row.Test.GetCustomAttributes(typeof(FactAttribute), inherit: true));
            Assert.DoesNotContain('|', row.Advisory.Shape);
        });
        Assert.Equal([], AdvisoryTable.Rows.GroupBy(row => row.Advisory.Id).Where(rows => rows.Count() > 1).Select(rows => rows.Key));
    }

    [GeneratedRegex(@"\A(CVE-20[0-9]{2}-[0-9]{4,7}|GHSA(-[23456789cfghjmpqrvwx]{4}){3})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Identifier();
}
