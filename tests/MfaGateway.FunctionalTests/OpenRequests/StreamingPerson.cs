using System.Net;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.OpenRequests;

/// <summary>A browser of somebody who is signed in, with everything open that can be.</summary>
internal sealed class StreamingPerson(Browser browser, TalkingApp app, HttpMessageInvoker client) : IAsyncDisposable
{
    public static readonly StreamKind[] AllKinds = Enum.GetValues<StreamKind>();

    private readonly List<OpenStream> _streams = [];

    public Browser Browser { get; } = browser;

    public IReadOnlyList<OpenStream> Streams => _streams;

    /// <summary>Opens one of each kind over each version of HTTP and finds that they work.</summary>
    public async Task<StreamingPerson> OpenAllAsync(string path = "/", params StreamKind[] kinds)
    {
        foreach (var kind in kinds.Length == 0 ? AllKinds : kinds)
        {
            foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
                _streams.Add(await OpenAsync(kind, version, path));
        }

        await AssertAllGoOnAsync();
        return this;
    }

    public Task<OpenStream> OpenAsync(StreamKind kind, Version version, string path = "/") =>
        OpenStream.OpenAsync(kind, version, client, new Uri(Browser.Address, path), app, Browser.Cookies);

    public async Task AssertAllGoOnAsync()
    {
        foreach (var stream in _streams)
            await stream.AssertGoesOnAsync();
    }

    /// <summary>Waits until all are cut, and tells how long that took.</summary>
    public async Task AssertAllCutAsync()
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        var took = await Task.WhenAll(_streams.Select(async stream =>
        {
            try
            {
                await stream.CutAsync();
            }
            catch (TimeoutException)
            {
                Assert.Fail($"Not cut: {stream.Name}.");
            }

            return waited.ElapsedMilliseconds;
        }));
        TestContext.Current.TestOutputHelper?.WriteLine($"{took.Length} streams were cut after {took.Min()} to {took.Max()} ms.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stream in _streams)
            await stream.DisposeAsync();
        Browser.Dispose();
    }
}
