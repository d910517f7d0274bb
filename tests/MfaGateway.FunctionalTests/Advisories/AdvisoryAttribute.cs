using Xunit.v3;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>
/// Names the published advisory of another product whose attack a test replays against this gateway. The table in
/// <c>docs/advisories.md</c> is written from these. Run one by <c>--filter "Advisory=CVE-2025-54576"</c>.
/// </summary>
/// <param name="id">Its public identifier: <c>CVE-year-number</c> or <c>GHSA-xxxx-xxxx-xxxx</c>.</param>
/// <param name="product">The product that it was published for.</param>
/// <param name="shape">What an attacker does and what goes wrong, in terms of this project.</param>
/// <param name="guard">The file here that withstands it, relative to the repository's root.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class AdvisoryAttribute(string id, string product, string shape, string guard) : Attribute, ITraitAttribute
{
    public string Id { get; } = id;

    public string Product { get; } = product;

    public string Shape { get; } = shape;

    public string Guard { get; } = guard;

    /// <summary>Where it is published.</summary>
    public string Address => Id.StartsWith("GHSA-", StringComparison.Ordinal)
        ? $"https://github.com/advisories/{Id}"
        : $"https://www.cve.org/CVERecord?id={Id}";

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Advisory", Id)];
}
