using System.Net;
using MfaGateway.FunctionalTests.Attacks;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace MfaGateway.FunctionalTests.Api;

/// <summary>Somebody who is signed in, and knows the ids of what is somebody else's.</summary>
public sealed class ApiOwnershipAttacks
{
    private const string Root = "/_mfa/api/v1";

    [Fact]
    public async Task No_endpoint_finds_what_is_somebody_elses_whatever_id_it_is_given()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        var eve = await (await gateway.AddPersonAsync("eve")).WithAuthenticatorAsync();
        using var hers = gateway.NewBrowser();
        await ada.SignInAsync(hers);
        var before = await Belongings.ReadAsync(gateway, ada);
        using var client = new ApiClient(gateway.NewBrowser());
        await eve.SignInAsync(client.Browser);

        var tried = 0;
        foreach (var (method, template) in EndpointsWithAnId(gateway))
        {
            foreach (var id in before.Ids)
            {
                var path = template.Replace("{id}", id, StringComparison.Ordinal);
                Assert.False(path.Contains('{', StringComparison.Ordinal), $"Say here what stands in {template} besides an id.");
                var answer = await client.SendAsync(method, path, method == HttpMethod.Patch ? new { name = "Eve was here" } : null);
                answer.Is(HttpStatusCode.NotFound, "no-such-item");
                Assert.DoesNotContain(id, answer.Visit.Body, StringComparison.Ordinal);
                tried++;
            }
        }

        Assert.True(tried >= 4 * before.Ids.Count);
        Assert.Equivalent(before, await Belongings.ReadAsync(gateway, ada), strict: true);
        Assert.Equal("hello from upstream", (await hers.GetAsync("/")).Body);
    }

    private static IEnumerable<(HttpMethod Method, string Template)> EndpointsWithAnId(GatewayUnderTest gateway) =>
        from endpoint in gateway.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let template = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
        where template.StartsWith(Root + "/", StringComparison.Ordinal) && template.Contains("{id}", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (HttpMethod.Parse(method), template[Root.Length..]);
}
