using Deque.AxeCore.Playwright;
using MfaGateway.BrowserTests.Chrome;
using MfaGateway.BrowserTests.Journeys;
using Microsoft.Playwright;

namespace MfaGateway.BrowserTests.Accessibility;

/// <summary>Looks at a page in light and dark, on a small phone and on a desk.</summary>
public abstract class Look(Chromium chromium) : Journey(chromium)
{
    private static readonly (int Width, int Height)[] Sizes = [(320, 640), (1280, 900)];

    /// <summary>What was found on any page; listed together at the end.</summary>
    protected List<string> Faults { get; } = [];

    protected async Task OpenAndLookAsync(string page)
    {
        await OpenAsync(Page, $"/_mfa/{page}");
        await LookAsync(page);
    }

    /// <param name="except">A rule of axe that the page breaks, and may.</param>
    protected async Task LookAsync(string page, string? except = null)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var (width, height) in Sizes)
            {
                await Page.SetViewportSizeAsync(width, height);
                await ScanAsync($"{page} ({scheme}, {width} px)", except);
            }
        }
    }

    private async Task ScanAsync(string what, string? except)
    {
        var result = await Page.RunAxe();
        foreach (var violation in result.Violations.Where(violation => violation.Id != except))
            Faults.Add($"{what}: {violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}");

        // WCAG 1.4.10: at 320 px nothing has to be scrolled sideways.
        if (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - window.innerWidth") > 0)
            Faults.Add($"{what}: wider than the window");
    }
}
