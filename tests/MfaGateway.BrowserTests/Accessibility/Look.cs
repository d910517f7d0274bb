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

    protected async Task LookAsync(string page)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var (width, height) in Sizes)
            {
                await Page.SetViewportSizeAsync(width, height);
                await ScanAsync($"{page} ({scheme}, {width} px)");
            }
        }

        await EnlargeAsync(page);
    }

    // WCAG 1.4.4: text of twice the size, on the narrowest phone.
    private async Task EnlargeAsync(string page)
    {
        await Page.SetViewportSizeAsync(320, 640);
        await Page.EvaluateAsync("document.documentElement.style.fontSize = '200%'");
        if (await WidestAsync() is { } widest)
            Faults.Add($"{page} (320 px, text of 200 %): wider than the window: {widest}");
        await Page.EvaluateAsync("document.documentElement.style.fontSize = ''");
    }

    /// <summary>What is wider than the window; null when nothing is.</summary>
    private Task<string?> WidestAsync() => Page.EvaluateAsync<string?>(
        """
        () => {
          const root = document.documentElement;
          if (root.scrollWidth <= root.clientWidth) return null;
          const wide = Array.from(document.querySelectorAll('body *')).filter(e => e.getBoundingClientRect().right > root.clientWidth + 1);
          return root.scrollWidth + ' px: ' + wide.slice(-3).map(e => e.outerHTML.slice(0, 120)).join(' | ');
        }
        """);

    private async Task ScanAsync(string what)
    {
        var result = await Page.RunAxe();
        foreach (var violation in result.Violations)
            Faults.Add($"{what}: {violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}");

        // WCAG 1.4.10: at 320 px nothing has to be scrolled sideways.
        if (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - window.innerWidth") > 0)
            Faults.Add($"{what}: wider than the window");
    }
}
