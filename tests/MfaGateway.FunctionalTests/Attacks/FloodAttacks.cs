using System.Globalization;
using System.Net;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Storage.Copies;
using MfaGateway.FunctionalTests.Api;
using MfaGateway.Storage;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>More sign-ins than anybody needs: they are turned away, and neither fill the store nor cost anybody else anything.</summary>
public sealed class FloodAttacks
{
    private const string Wrong = "the-Wrong-Teapot-17";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_is_turned_away_by_the_queue_of_passwords_is_told_when_to_come_back_whatever_the_name_and_has_lost_no_try()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Attempts:Password:Count", "100")
            .With("MfaGateway:Attempts:Password:InARow", "1000")
            .With("MfaGateway:Attempts:PerAddress:Count", "1000")
            .With("MfaGateway:Attempts:PerAddress:PerHour", "1000")
            .With("MfaGateway:Attempts:PerAddress:PerDay", "1000"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var form = await browser.OpenAsync("/");
        var browsers = Enumerable.Range(0, 160).Select(_ => browser.Clone()).ToArray();

        var answers = await Task.WhenAll(browsers.Select(async (one, number) =>
        {
            var name = number % 8 == 0 ? "nobody" : "ada";
            return (Name: name, Visit: await one.SubmitAsync(form, ("username", name), ("password", Wrong)));
        }));

        foreach (var name in (string[])["ada", "nobody"])
        {
            var busy = answers.Where(answer => answer.Name == name && answer.Visit.Status != HttpStatusCode.Unauthorized).ToList();
            Assert.NotEmpty(busy);
            Assert.All(busy, answer => Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (answer.Visit.Status, answer.Visit.Header("Retry-After"))));
        }

        // 140 were tried for one account, and fewer than a hundred compared.
        Assert.InRange(await Trail.CountAsync(gateway, "Password: wrong"), 2, 99);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(form, ("username", "ada"), ("password", ada.Password))).Status);
        foreach (var one in browsers)
            one.Dispose();
    }

    [Fact]
    public async Task A_network_that_goes_on_after_it_was_closed_writes_nothing_more_into_the_store()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Attempts:PerAddress:Count", "3"));
        using var stranger = gateway.NewBrowser();
        var form = await stranger.OpenAsync("/");
        for (var guess = 0; guess < 3; guess++)
            await stranger.SubmitAsync(form, ("username", NameOf(guess)), ("password", Wrong));
        var before = await EntriesAsync(gateway);

        for (var guess = 0; guess < 200; guess++)
        {
            var refused = await stranger.SubmitAsync(form, ("username", NameOf(guess)), ("password", Wrong));
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        }

        Assert.Equal(before.Count, (await EntriesAsync(gateway)).Count);

        // That it was closed is told once, with the network's address.
        var closed = Assert.Single(before, entry => entry.Event == AuditEvents.AddressClosed);
        Assert.Equal(("127.0.0.1", false), (closed.ClientAddress, closed.Succeeded));
        gateway.Time.Advance(TimeSpan.FromMinutes(1));
        await stranger.SubmitAsync(form, ("username", "nobody"), ("password", Wrong));
        Assert.Equal(before.Count + 1, (await EntriesAsync(gateway)).Count);
    }

    [Fact]
    public async Task A_signed_in_person_who_begins_one_step_up_after_another_does_not_fill_the_store()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("app", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser);

        for (var number = 0; number < 3 * ChallengeFlowStore.MaxStepUpsPerSession; number++)
        {
            gateway.Time.Advance(TimeSpan.FromSeconds(1));
            using var copy = new ApiClient(browser.Clone()); // it has no cookie of a flow
            (await copy.PostAsync("/step-up", new { policy = "two-factor" })).LeadsTo("enroll-totp");
        }

        var kept = (await StoreContents.ListAsync(gateway)).OfType<KeptAccount>().Last(one => one.Account.Id == ada.AccountId);
        Assert.Equal(ChallengeFlowStore.MaxStepUpsPerSession, kept.Flows.Count);
        Assert.Equal(ChallengeFlowStore.MaxStepUpsPerSession, kept.Pending.Count);
    }

    private static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"person{number}");

    private static async Task<List<AuditEntry>> EntriesAsync(GatewayUnderTest gateway) =>
        [.. (await gateway.Get<AuditStore>().ListAsync(before: null, 10_000, Cancellation)).Select(one => one.Entry)];
}
