using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Xunit;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>A client of an app may pause in the middle of a body; who posts to the gateway's own pages may not.</summary>
public sealed class PausedBodyTests(PassThroughGateway gateway) : IClassFixture<PassThroughGateway>, IDisposable
{
    public void Dispose() => gateway.App.Answer = null;

    [Fact]
    public async Task A_body_for_an_app_may_pause_longer_than_one_for_a_page_of_the_gateway()
    {
        gateway.App.Answer = async context =>
        {
            // The app's own server is as patient as the gateway is to be.
            context.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = null;
            using var body = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(await body.ReadToEndAsync(context.RequestAborted));
        };
        var paused = new[] { HttpVersion.Version11, HttpVersion.Version20 }.Select(version =>
        {
            var body = new PiecemealContent();
            return (Body: body, Answer: gateway.SendAsync(gateway.Request(HttpMethod.Post, "/note", body, version)));
        }).ToList();
        foreach (var one in paused)
            await one.Body.SendAsync("first "u8.ToArray());

        // The same connection has carried a body for the app before: what was allowed there holds for that request alone.
        var (stream, own) = await gateway.ConnectAsync("POST /note HTTP/1.1\r\nContent-Length: 3\r\n");
        await using var _ = stream;
        await own.SayAsync("one");
        Assert.Contains("200 OK", await own.HearAsync(), StringComparison.Ordinal);
        await own.SayAsync($"POST /_mfa/sign-in HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\nusername=");
        Assert.StartsWith("HTTP/1.1 408", await own.HearAsync(), StringComparison.Ordinal);

        foreach (var one in paused)
        {
            await one.Body.SendAsync("second"u8.ToArray());
            await one.Body.EndAsync();
            using var answer = await one.Answer;
            Assert.Equal("first second", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }
}
