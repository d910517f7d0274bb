using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Scripts of an app that shares its origin with the gateway's pages.</summary>
public sealed class OriginAdvisories
{
    [Theory]
    [Advisory("CVE-2024-28233", "JupyterHub", "A cookie that another sub-domain plants shows a person the attacker's own content, whose script acts on the pages of the hub that share its origin", "src/MfaGateway/Hardening/DocumentsOnly.cs")]
    [InlineData("empty")]
    [InlineData("iframe")]
    [InlineData("object")]
    public async Task A_script_of_an_app_reads_no_page_with_a_request_token(string destination)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser);

        var fetched = await browser.GetAsync("/_mfa/account/password", request => Fetch(request, destination));
        Assert.Equal(HttpStatusCode.Forbidden, fetched.Status);
        Assert.DoesNotContain("__RequestVerificationToken", fetched.Body, StringComparison.Ordinal);

        var opened = await browser.GetAsync("/_mfa/account/password", request => Fetch(request, "document"));
        Assert.Contains("__RequestVerificationToken", opened.Body, StringComparison.Ordinal);
    }

    private static void Fetch(HttpRequestMessage request, string destination)
    {
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Headers.Add("Sec-Fetch-Dest", destination);
    }
}
