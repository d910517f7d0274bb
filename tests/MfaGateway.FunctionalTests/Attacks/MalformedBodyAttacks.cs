using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Bodies that no form of ours makes: a clear refusal, never a fault, and nothing is done.</summary>
public sealed class MalformedBodyAttacks
{
    [Fact]
    public async Task A_form_above_sixteen_kibibytes_is_refused()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var signIn = await browser.OpenAsync("/");

        var answer = await browser.SubmitAsync(signIn, ("username", ada.UserName), ("password", new string('x', 17 * 1024)));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
    }

    [Fact]
    public async Task A_form_above_sixteen_kibibytes_that_does_not_say_so_is_refused()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();
        await browser.OpenAsync("/");

        var answer = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/_mfa/sign-in")
        {
            Content = new StreamContent(new MemoryStream(Encoding.ASCII.GetBytes("username=" + new string('x', 100 * 1024))))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded") },
            },
            Headers = { TransferEncodingChunked = true },
        });

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Any_other_content_type_is_refused(string? contentType)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var signIn = await browser.OpenAsync("/");
        var (action, values) = signIn.Form(("username", ada.UserName), ("password", ada.Password));
        var body = await new FormUrlEncodedContent(values).ReadAsByteArrayAsync();

        var content = new ByteArrayContent(body);
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var answer = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, action) { Content = content });

        Assert.InRange((int)answer.Status, 400, 415);
        Assert.DoesNotContain("mfa_flow", browser.Cookies.Keys);
    }

    [Theory]
    [InlineData("username=%zz&password=%")]
    [InlineData("username=%ff%fe&password=%00")]
    [InlineData("&&&&====")]
    [InlineData("username=a&username=b&password=c&password=d")]
    [InlineData("username[]=a&password[x]=b")]
    public async Task A_garbled_form_is_no_fault(string body)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();
        var signIn = await browser.OpenAsync("/");
        var token = Uri.EscapeDataString(signIn.Form(("username", "x")).Values.Single(pair => pair.Key == "__RequestVerificationToken").Value);

        var answer = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/_mfa/sign-in")
        {
            Content = new StringContent($"__RequestVerificationToken={token}&{body}", Encoding.ASCII, "application/x-www-form-urlencoded"),
        });

        Assert.InRange((int)answer.Status, 400, 499);
        Assert.DoesNotContain("mfa_flow", browser.Cookies.Keys);
    }

    [Fact]
    public async Task A_thousand_fields_are_refused()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();
        await browser.OpenAsync("/");

        var answer = await browser.PostAsync(
            "/_mfa/sign-in", Enumerable.Range(0, 2000).Select(n => new KeyValuePair<string, string>($"f{n}", "")));

        Assert.InRange((int)answer.Status, 400, 499);
    }

    [Fact]
    public async Task Strange_user_names_and_passwords_are_simply_wrong()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();
        var signIn = await browser.OpenAsync("/");

        foreach (var (name, password) in new[]
        {
            ("a\0b", "x"), ("\r\nSet-Cookie: a=b", "x"), ("' OR 1=1 --", "' OR 1=1 --"), (new string('a', 5000), "x"), ("ada", new string('p', 2000)),
            ("\uFFFE", "\uFFFE"), ("\uD83D", "x"), ("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>"),
        })
        {
            var answer = await browser.SubmitAsync(signIn, ("username", name), ("password", password));
            Assert.InRange((int)answer.Status, 400, 401);
            Assert.DoesNotContain("<script>alert", answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", answer.Body, StringComparison.Ordinal);
        }
    }
}
