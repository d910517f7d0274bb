using System.Xml.Linq;
using MfaGateway.FunctionalTests.Verifiers;
using Xunit;

namespace MfaGateway.FunctionalTests.Documents;

public sealed class DependencyDocumentTests
{
    [Fact]
    public void Every_package_stands_on_the_page_about_dependencies_with_its_version()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "dependencies.md"));
        var packages = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion").ToList();

        Assert.NotEmpty(packages);
        Assert.All(packages, package =>
        {
            var (name, version) = (package.Attribute("Include")!.Value, package.Attribute("Version")!.Value);
            Assert.Contains(lines, line =>
                line.StartsWith('|') && Words(line).Contains(name) && Words(line).Contains(version));
        });
    }

    private static string[] Words(string line) => line.Split([' ', ',', '|'], StringSplitOptions.RemoveEmptyEntries);
}
