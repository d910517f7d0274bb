using MfaGateway.BrowserTests.Chrome;
using MfaGateway.BrowserTests.Journeys;
using MfaGateway.Core.Accounts;
using Microsoft.Playwright;
using Xunit;

namespace MfaGateway.BrowserTests.Accessibility;

/// <summary>One person with long groups does not narrow the columns of everybody else in the list.</summary>
public sealed class PeopleTable(Chromium chromium) : Journey(chromium)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var administration = Gateway.Get<AdministrationService>();
        string[] groups = [.. Enumerable.Range(1, 300).Select(number => $"department-{number}-of-the-whole-company")];
        await administration.InviteAsync("bob-with-an-ordinary-name", new("bob@example.org", "Bob", groups), Actor.Command, CancellationToken.None);
        var ada = (await administration.FindAsync(Ada.AccountId, CancellationToken.None))!;
        await administration.EditAsync(ada, AccountDetails.Of(ada) with { Groups = ["admins"] }, Actor.Command, CancellationToken.None);
        await SignInWithPhoneAsync("/notes");
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(1024)]
    [InlineData(800)]
    public async Task Every_column_keeps_its_width_and_every_badge_its_words(int width)
    {
        await Page.SetViewportSizeAsync(width, 900);
        await OpenAsync(Page, "/_mfa/admin");

        foreach (var (column, share) in new[] { (1, .25), (2, .18), (3, .22), (4, .16) })
        {
            var cell = (await Page.Locator($"#people tbody tr:first-child td:nth-child({column})").BoundingBoxAsync())!;
            var table = (await Page.Locator("#people").BoundingBoxAsync())!;
            Assert.True(cell.Width > share * table.Width, $"Column {column} is {cell.Width} of {table.Width} px wide.");
        }

        // A word that is broken is wider than its box, or on more lines than there are words.
        Assert.Empty(await Page.EvaluateAsync<string[]>(
            """
            () => Array.from(document.querySelectorAll('#people .badge'))
              .filter(b => b.scrollWidth > b.clientWidth + 1 || b.getClientRects().length > b.textContent.trim().split(/\s+/).length
                || b.getBoundingClientRect().right > b.closest('td').getBoundingClientRect().right)
              .map(b => b.outerHTML)
            """));
        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
        var row = (await Page.Locator("#people tbody tr", new() { HasText = "bob-with" }).BoundingBoxAsync())!;
        Assert.InRange(row.Height, 1, 320);
    }

    [Fact]
    public async Task All_groups_are_on_the_persons_page_behind_a_summary()
    {
        await OpenAsync(Page, "/_mfa/admin?query=bob");
        await Page.GetByRole(AriaRole.Link, new() { Name = "297 more groups of bob" }).ClickAsync();

        await Assertions.Expect(Page.GetByText("department-300-of")).ToBeHiddenAsync();
        await Page.GetByText("Show all 300").ClickAsync();
        await Assertions.Expect(Page.GetByText("department-300-of")).ToBeVisibleAsync();
        Assert.Equal("left", await Page.Locator("#groups").EvaluateAsync<string>("element => getComputedStyle(element).textAlign"));
    }
}
