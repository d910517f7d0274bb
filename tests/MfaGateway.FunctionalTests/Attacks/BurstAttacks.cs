using System.Globalization;
using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Ninety sign-ins in a burst from one address, and somebody else who wants in at the same moment.</summary>
public sealed class BurstAttacks
{
    private const string Wrong = "the-Wrong-Teapot-17";
    private const int Burst = 90;

    [Fact]
    public async Task A_known_browser_gets_ten_tries_and_is_told_at_once_to_come_back()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync("ada");
        using var thief = gateway.NewBrowser();
        await ada.GivePasswordAsync(thief);

        var answers = await BurstAsync(thief, number => "ada");

        Assert.InRange(answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized), 0, 10);
        Assert.All(answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests), answer => Assert.NotNull(answer.Header("Retry-After")));
        Assert.Equal(10, await Trail.CountAsync(gateway, "Password: wrong"));
        var after = await thief.SubmitAsync(await thief.GetAsync("/_mfa/sign-in"), ("username", "ada"), ("password", ada.Password));
        Assert.Equal(HttpStatusCode.TooManyRequests, after.Status);
    }

    [Fact]
    public async Task Known_browsers_of_one_address_have_one_counter_together_and_leave_that_of_strangers_alone()
    {
        await using var gateway = await StartAsync();
        using var thief = gateway.NewBrowser();
        var people = new List<string>();
        for (var number = 0; number < 6; number++)
        {
            people.Add(string.Create(CultureInfo.InvariantCulture, $"person{number}"));
            await gateway.AddPersonAsync(people[^1]);
            var form = await thief.GetAsync("/_mfa/sign-in");
            await thief.SubmitAsync(form, ("username", people[^1]), ("password", TestPerson.DefaultPassword));
        }

        var answers = await BurstAsync(thief, number => people[number % people.Count]);

        Assert.Equal(10, await Trail.CountAsync(gateway, "Password: wrong"));
        Assert.DoesNotContain(answers, answer => answer.Status == HttpStatusCode.SeeOther);
        using var stranger = gateway.NewBrowser();
        var page = await stranger.GetAsync("/_mfa/sign-in");
        Assert.Equal(HttpStatusCode.SeeOther, (await stranger.SubmitAsync(page, ("username", people[0]), ("password", TestPerson.DefaultPassword))).Status);
    }

    [Fact]
    public async Task A_disabled_account_has_no_known_browsers()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync("ada");
        using var thief = gateway.NewBrowser();
        await ada.GivePasswordAsync(thief);
        await ada.DisableAsync();

        var answers = await BurstAsync(thief, number => "ada");

        Assert.Equal(10, await Trail.CountAsync(gateway, "Password: wrong"));
        Assert.InRange(answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized), 0, 10);
        using var stranger = gateway.NewBrowser();
        var form = await stranger.GetAsync("/_mfa/sign-in");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.SubmitAsync(form, ("username", "nobody"), ("password", Wrong))).Status);
    }

    [Fact]
    public async Task A_burst_of_one_address_waits_behind_itself_and_another_address_signs_in()
    {
        await using var gateway = await StartAsync(setup => setup
            .With("MfaGateway:TrustedProxies:0", "127.0.0.0/8")
            .With("MfaGateway:Passwords:Passes", "60")
            .With("MfaGateway:Attempts:PerAddress:Count", "1000")
            .With("MfaGateway:Attempts:PerAddress:PerHour", "1000")
            .With("MfaGateway:Attempts:PerAddress:PerDay", "1000"));
        var ada = await gateway.AddPersonAsync("ada");
        using var stranger = gateway.NewBrowser();
        stranger.ForwardedFor = "198.51.100.1";
        using var owner = gateway.NewBrowser();
        owner.ForwardedFor = "203.0.113.7";
        var form = await owner.GetAsync("/_mfa/sign-in");
        var burst = (await BeginBurstAsync(stranger, number => string.Create(CultureInfo.InvariantCulture, $"nobody{number}"))).ToList();

        // Its part of the queue is full from the first that is turned away on.
        while (true)
        {
            var first = await Task.WhenAny(burst.Where(one => !one.IsCompleted));
            if ((await first).Status == HttpStatusCode.ServiceUnavailable)
                break;
        }

        var signedIn = await owner.SubmitAsync(form, ("username", "ada"), ("password", ada.Password));

        Assert.Equal(HttpStatusCode.SeeOther, signedIn.Status);
        Assert.Contains(burst, one => !one.IsCompleted);
        var answers = await Task.WhenAll(burst);
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.ServiceUnavailable && answer.Header("Retry-After") == "5");
        Assert.DoesNotContain(answers, answer => answer.Status == HttpStatusCode.SeeOther);
    }

    private static Task<GatewayUnderTest> StartAsync(Action<GatewaySetup>? more = null) => GatewayUnderTest.StartAsync(setup =>
    {
        setup.Route("app", "/{**path}", "one-factor");
        more?.Invoke(setup);
    });

    private static async Task<Visit[]> BurstAsync(Browser browser, Func<int, string> nameOf) => await Task.WhenAll(await BeginBurstAsync(browser, nameOf));

    // The cookies that the page was shown with, and nothing that an answer to another one brings.
    private static async Task<IReadOnlyList<Task<Visit>>> BeginBurstAsync(Browser browser, Func<int, string> nameOf)
    {
        var form = await browser.GetAsync("/_mfa/sign-in");
        return [.. Enumerable.Range(0, Burst).Select(async number =>
        {
            using var one = browser.CloneTo(browser.Address);
            one.ForwardedFor = browser.ForwardedFor;
            return await one.SubmitAsync(form, ("username", nameOf(number)), ("password", Wrong));
        })];
    }
}
