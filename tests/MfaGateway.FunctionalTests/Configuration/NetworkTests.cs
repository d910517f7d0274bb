using Xunit;

namespace MfaGateway.FunctionalTests.Configuration;

/// <summary>Networks are read in the spelling of addresses alone: some readers take a leading zero for octal, and a short form for its last number.</summary>
public sealed class NetworkTests
{
    private const string Allowed = "a network such as 10.0.0.0/8 or fd00::/8, without bits behind its prefix";

    public static TheoryData<string> Odd =>
    [
        "010.0.0.0/8", "10.0.0.010/32", "0x0a.0.0.0/8", "0x0a000000/8", "167772160/8", "10/8", "1/32", "10.1/16", "0/0", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/ 8",
        " 10.0.0.0/8", "10.0.0.0 /8", "10.0.0.0/8 ", "10.0.0.1/8", "10.0.0.0/255.0.0.0", "10.0.0.0", "10.0.0.0/33", "fe80::%1/10", "fe80::%eth0/10", "[::1]/128",
        "fd00::/08", "fd00::1/8", "::ffff:10.0.0.0/104", "\uFF11\uFF10.0.0.0/8",
    ];

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task An_odd_spelling_of_a_network_is_a_fault(string network)
    {
        var faults = await FaultsAsync($$""" "Policies": { "p": { "Networks": [ "{{network}}" ] } }, "TrustedProxies": [ "{{network}}" ] """);

        Assert.Equal(2, faults.Count);
        Assert.StartsWith($"MfaGateway:TrustedProxies:0 must be {Allowed}, and not all addresses, but was ", faults[^1], StringComparison.Ordinal);
        Assert.StartsWith($"MfaGateway:Policies:p:Networks:0 must be {Allowed}, but was ", faults[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("192.0.2.1/32")]
    [InlineData("fd00::/8")]
    [InlineData("FD00:0:0::/16")]
    [InlineData("::1/128")]
    [InlineData("64:ff9b::192.0.2.0/120")]
    public async Task The_spelling_of_an_address_is_fine(string network) =>
        Assert.Empty(await FaultsAsync($$""" "Policies": { "p": { "Networks": [ "{{network}}" ] } }, "TrustedProxies": [ "{{network}}" ] """));

    [Theory]
    [InlineData(false, "0.0.0.0/1", "128.0.0.0/1")]
    [InlineData(false, "128.0.0.0/1", "fd00::/8", "64.0.0.0/2", "10.0.0.0/8", "0.0.0.0/2")]
    [InlineData(false, "::/1", "8000::/1")]
    [InlineData(false, "::/1")]
    [InlineData(false, "2000::/4", "3000::/4")]
    [InlineData(true, "0.0.0.0/1", "128.0.0.0/2")]
    [InlineData(true, "0.0.0.0/2", "128.0.0.0/1")]
    [InlineData(true, "2000::/4", "8000::/1")]
    [InlineData(true, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")]
    public async Task All_addresses_together_are_no_proxies(bool isFine, params string[] networks)
    {
        var faults = await FaultsAsync($$""" "TrustedProxies": [ {{string.Join(", ", networks.Select(network => $"\"{network}\""))}} ] """);

        Assert.Equal(
            isFine ? [] : [$"MfaGateway:TrustedProxies must not hold all addresses, but does with {string.Join(" and ", networks)}: every client could say who it is."],
            faults);
    }

    private static Task<IReadOnlyList<string>> FaultsAsync(string settings) => RouteTable.FaultsOfRouteAsync("", more: $$""", "MfaGateway": { {{settings}} } """);
}
