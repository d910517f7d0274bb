using System.Net;
using System.Net.Http.Headers;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Pages;

public sealed class AssetTests
{
    [Fact]
    public async Task What_a_page_names_is_served_and_may_be_kept_for_good()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();
        var page = (await browser.GetAsync("/_mfa/sign-in")).Page;
        var named = page.QuerySelectorAll("link[href], script[src], img[src]")
            .Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!).Distinct().ToList();

        Assert.Equal(3, named.Count);
        foreach (var address in named)
        {
            var asset = await browser.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, asset.Status);
            Assert.Equal("public, max-age=31536000, immutable", asset.Header("Cache-Control"));
            Assert.NotEmpty(asset.Body);
        }
    }

    [Fact]
    public async Task Without_the_hash_of_its_content_an_asset_is_asked_for_again_each_time()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        var first = await browser.GetAsync("/_mfa/assets/site.css");
        var tag = first.Header("ETag")!;
        var second = await browser.GetAsync("/_mfa/assets/site.css", request => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(tag)));

        Assert.Equal("no-cache", first.Header("Cache-Control"));
        Assert.Equal(HttpStatusCode.NotModified, second.Status);
        Assert.Empty(second.Body);
    }
}
