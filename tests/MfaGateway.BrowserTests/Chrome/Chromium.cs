using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Chrome;

/// <summary>One real browser for all tests; each test has its own cookies in it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    public const string Path = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Path))
            return;

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Path,
            // Without its sandbox it also runs as root and in containers; it sees nothing but our own pages.
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A browser window with no cookies.</summary>
    public Task<IBrowserContext> NewWindowAsync(BrowserNewContextOptions options)
    {
        Needs.Program(Path);
        return _browser!.NewContextAsync(options);
    }
}
