using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A page of the gateway's own as its routing knows it: no attack has to be told of a new one.</summary>
/// <param name="Template">E.g. <c>/_mfa/admin/people/{id}</c>.</param>
/// <param name="TakesForms">Whether it answers to a POST.</param>
/// <param name="Fields">Every name that it reads from a query or a form.</param>
internal sealed record OwnPage(string Template, bool TakesForms, IReadOnlyList<string> Fields)
{
    /// <summary>Where it is, about the person or thing with that id.</summary>
    public string At(string id)
    {
        var url = Template.Replace("{id}", id, StringComparison.Ordinal);
        Assert.False(url.Contains('{', StringComparison.Ordinal), $"Say here what stands in {Template} besides an id.");
        return url;
    }

    /// <summary>The pages at and under a path.</summary>
    /// <param name="path">E.g. <c>/_mfa/admin</c>.</param>
    public static async Task<IReadOnlyList<OwnPage>> UnderAsync(GatewayUnderTest gateway, string path)
    {
        var pages = new List<OwnPage>();
        foreach (var endpoint in gateway.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().DistinctBy(TemplateOf))
        {
            if (TemplateOf(endpoint) == path || TemplateOf(endpoint).StartsWith(path + "/", StringComparison.Ordinal))
                pages.Add(await ReadAsync(gateway, endpoint));
        }

        return pages;
    }

    private static string TemplateOf(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.TrimStart('/');

    private static async Task<OwnPage> ReadAsync(GatewayUnderTest gateway, RouteEndpoint endpoint)
    {
        var page = endpoint.Metadata.GetMetadata<PageActionDescriptor>();
        Assert.True(page is not null, $"{TemplateOf(endpoint)} is no page: say here what it reads.");
        var whole = await gateway.Get<PageLoader>().LoadAsync(page, EndpointMetadataCollection.Empty);
        var read = whole.BoundProperties.Concat(whole.HandlerMethods.SelectMany(handler => handler.Parameters))
            .Where(one => one.ParameterType != typeof(CancellationToken))
            .Select(one => one.BindingInfo?.BinderModelName ?? one.Name);
        return new OwnPage(TemplateOf(endpoint), whole.HandlerMethods.Any(handler => HttpMethods.IsPost(handler.HttpMethod)), [.. read.Distinct()]);
    }
}
