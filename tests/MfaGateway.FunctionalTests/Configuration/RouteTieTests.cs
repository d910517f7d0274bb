using Xunit;

namespace MfaGateway.FunctionalTests.Configuration;

/// <summary>Routes that match the same requests with the same order: each of these requests would be answered with an error.</summary>
public sealed class RouteTieTests
{
    public static TheoryData<string, string, string> Ties => new()
    {
        { """ "Path": "/x/{a}" """, """ "Path": "/x/{b}" """, "GET x.example/x/x" },
        { """ "Path": "/{**rest}" """, """ "Path": "/{**other}" """, "GET x.example/x" },
        { """ "Path": "/y/{**a}" """, """ "Path": "/Y/{**b}" """, "GET x.example/y/x" },
        { """ "Path": "/z" """, """ "Path": "/z/" """, "GET x.example/z" },
        { """ "Path": "/v/{a?}" """, """ "Path": "/v/{b}" """, "GET x.example/v/x" },
        { """ "Path": "/n/{a:int}" """, """ "Path": "/n/{b:long}" """, "GET x.example/n/1" },
        { """ "Path": "/d/{a}.{b}" """, """ "Path": "/d/{c}.{e}" """, "GET x.example/d/x.x" },
        { """ "Path": "/x", "Methods": [ "GET", "POST" ] """, """ "Path": "/x", "Methods": [ "put", "post" ] """, "POST x.example/x" },
        { """ "Path": "/x", "Hosts": [ "a.test", "b.test" ] """, """ "Path": "/x", "Hosts": [ "b.test" ] """, "GET b.test/x" },
        { """ "Hosts": [ "a.test" ] """, """ "Hosts": [ "a.test" ], "Path": "/{**rest}" """, "GET a.test/x" },
        { """ "Path": "/x", "Headers": [ { "Name": "X-A", "Values": [ "1" ] } ] """, """ "Path": "/X", "Headers": [ { "Name": "X-A", "Values": [ "1" ] } ] """, "GET x.example/x" },
        { """ "Path": "/x", "QueryParameters": [ { "Name": "a", "Mode": "Exists" } ] """, """ "Path": "/x", "QueryParameters": [ { "Name": "a", "Mode": "Exists" } ] """, "GET x.example/x" },
    };

    public static TheoryData<string, string> Chosen => new()
    {
        { """ "Path": "/x/{a}" """, """ "Path": "/x/y" """ },
        { """ "Path": "/x/{a:int}" """, """ "Path": "/x/{b}" """ },
        { """ "Path": "/x/{a}" """, """ "Path": "/x/{**b}" """ },
        { """ "Path": "/{a}/y" """, """ "Path": "/x/{b}" """ },
        { """ "Path": "/x", "Methods": [ "GET" ] """, """ "Path": "/x", "Methods": [ "POST" ] """ },
        { """ "Path": "/x", "Methods": [ "GET" ] """, """ "Path": "/x" """ },
        { """ "Path": "/x", "Hosts": [ "a.test" ] """, """ "Path": "/x", "Hosts": [ "b.test" ] """ },
        { """ "Path": "/x", "Hosts": [ "a.test" ] """, """ "Path": "/x" """ },
        { """ "Path": "/x", "Hosts": [ "*.test" ] """, """ "Path": "/x", "Hosts": [ "b.test" ] """ },
        { """ "Path": "/x", "Hosts": [ "*" ] """, """ "Path": "/x", "Hosts": [ "b.test" ] """ },
        { """ "Path": "/x", "Hosts": [ "a.test:80" ] """, """ "Path": "/x", "Hosts": [ "a.test:81" ] """ },
        { """ "Path": "/x", "Headers": [ { "Name": "X-A", "Values": [ "1" ] } ] """, """ "Path": "/x", "Headers": [ { "Name": "X-A", "Values": [ "2" ] } ] """ },
    };

    [Theory]
    [MemberData(nameof(Ties))]
    public async Task Routes_that_no_request_can_choose_between_stop_the_start_and_both_are_named(string one, string other, string request)
    {
        var fault = Assert.Single(await FaultsAsync(one, other));

        Assert.Equal(
            $"ReverseProxy:Routes:one must not match the same requests as ReverseProxy:Routes:other with the same order, but does, {request} among them: "
            + "they would all be answered with an error. Tell them apart by path, host or method, or set Order of the one that comes first to less than 0.",
            fault);
    }

    [Theory]
    [MemberData(nameof(Chosen))]
    public async Task Routes_that_routing_chooses_between_start(string one, string other) => Assert.Empty(await FaultsAsync(one, other));

    [Fact]
    public async Task An_order_settles_it() => Assert.Empty(await FaultsAsync(""" "Path": "/x/{a}" """, """ "Path": "/x/{b}" """, """ "Order": -1, """));

    [Fact]
    public async Task A_third_route_that_comes_first_settles_it() => Assert.Empty(await FaultsAsync(
        """ "Path": "/x/{a}" """, """ "Path": "/x/{b}" """, more: """, "third": { "ClusterId": "c", "Order": -1, "Match": { "Path": "/x/{**all}" } } """));

    private static Task<IReadOnlyList<string>> FaultsAsync(string one, string other, string order = "", string more = "") => RouteTable.FaultsOfRoutesAsync(
        $$""" "one": { "ClusterId": "c", {{order}} "Match": { {{one}} } }, "other": { "ClusterId": "c", "Match": { {{other}} } } {{more}} """);
}
