using System.ComponentModel;
using MfaGateway.Access;
using MfaGateway.Core.Access;
using MfaGateway.Core.Factors;
using MfaGateway.Core.SelfService;
using MfaGateway.Core.Sessions;
using MfaGateway.Pages.Account;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Http.Features;

namespace MfaGateway.Api;

/// <summary>Who is signed in, where else, and in which browsers.</summary>
public static class AccountEndpoints
{
    public static void MapAccount(this RouteGroupBuilder api)
    {
        api.MapGet("/session", WhoAsync).WithTags("Sign-in").RequireAuthorization(AccessPolicy.OneFactor.Name).Produces<SignedIn>()
            .Describe("getSession", "Who is signed in, and what was proved.");

        var account = api.MapGroup("/account").WithTags("Own sessions").RequireAuthorization(AccessPolicy.OneFactor.Name);
        account.MapGet("/sessions", ListSessionsAsync).Produces<SessionList>()
            .Describe("listSessions", "Where the person is signed in, the latest used first.");
        account.MapDelete("/sessions/{id}", EndSessionAsync).Produces(StatusCodes.Status204NoContent).Fails(ApiProblems.NoSuchItem)
            .Describe("endSession", "Ends one of the person's sessions.");
        account.MapPost("/sessions/end-others", EndOthersAsync).Produces(StatusCodes.Status204NoContent)
            .Describe("endOtherSessions", "Ends all sessions but this one, which goes on under a new cookie.");
        account.MapGet("/browsers", ListBrowsersAsync).Produces<BrowserList>()
            .Describe("listBrowsers", "Which browsers the account knows, the latest used first.");
        account.MapDelete("/browsers/{id}", ForgetBrowserAsync).Produces(StatusCodes.Status204NoContent).Fails(ApiProblems.NoSuchItem)
            .Describe("forgetBrowser", "Forgets one of the known browsers.");
    }

    private static async Task<IResult> WhoAsync(HttpContext context, AccountVisit visit, GatewaySessionOptions options)
    {
        var who = await visit.ReadAsync(context);
        var (account, session) = (who.Account, who.Session);
        var live = context.Features.GetRequiredFeature<LiveSession>();
        return Results.Json(new SignedIn(
            new(account.Id, account.UserName, account.DisplayName, account.Email, account.Groups),
            new(session.Id, StrengthNames.Of(live.Strength), StrengthNames.ContextOf(session.Proofs), AuthenticationMethods.Of(session.Proofs), session.SignedInAt,
                Earlier(session.ExpiresAt, live.LastSeenAt + options.IdleTimeout), session.ExpiresAt)));
    }

    private static async Task<IResult> ListSessionsAsync(
        HttpContext context, AccountVisit visit, OwnSessions sessions, CancellationToken cancellationToken)
    {
        var who = await visit.ReadAsync(context);
        var all = await sessions.ListAsync(who.Account.Id, cancellationToken);
        return Results.Json(new SessionList(
        [
            .. all.Select(session => new OwnSession(
                session.Id, session.Id == who.Session.Id, BrowserName.Of(session.UserAgent), session.ClientAddress, session.SignedInAt, session.LastSeenAt)),
        ]));
    }

    private static async Task<IResult> EndSessionAsync(
        string id, HttpContext context, AccountVisit visit, OwnSessions sessions, OwnChanges changes, CancellationToken cancellationToken) =>
        changes.Follow(context, await sessions.EndAsync(await visit.ReadAsync(context), id, cancellationToken));

    private static async Task<IResult> EndOthersAsync(
        HttpContext context, AccountVisit visit, OwnSessions sessions, OwnChanges changes, CancellationToken cancellationToken) =>
        changes.Follow(context, await sessions.EndOthersAsync(await visit.ReadAsync(context), cancellationToken));

    private static async Task<IResult> ListBrowsersAsync(
        HttpContext context, AccountVisit visit, OwnBrowsers browsers, CancellationToken cancellationToken)
    {
        var who = await visit.ReadAsync(context);
        var all = await browsers.ListAsync(who.Account.Id, cancellationToken);
        return Results.Json(new BrowserList(
        [
            .. all.Select(browser => new OwnBrowser(
                browser.Id, who.IsIn(browser), BrowserName.Of(browser.UserAgent), browser.ClientAddress, browser.CreatedAt, browser.LastUsedAt, browser.ExpiresAt)),
        ]));
    }

    private static async Task<IResult> ForgetBrowserAsync(
        string id, HttpContext context, AccountVisit visit, OwnBrowsers browsers, OwnChanges changes, CancellationToken cancellationToken) =>
        changes.Follow(context, await browsers.ForgetAsync(await visit.ReadAsync(context), id, cancellationToken));

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}

/// <summary>Who is signed in, and how.</summary>
public sealed record SignedIn(SignedInAccount Account, SignedInSession Session);

/// <summary>The person.</summary>
public sealed record SignedInAccount(string Id, string UserName, string DisplayName, string Email, IReadOnlyList<string> Groups);

/// <summary>What was proved, and for how long it is good.</summary>
public sealed record SignedInSession(
    string Id,
    [property: Description("one-factor, two-factor or phishing-resistant.")] string Strength,
    [property: Description("The same as apps are told it: -mail at its end where the strength rests on a mailed code.")] string Acr,
    [property: Description("The methods that were used (RFC 8176).")] IReadOnlyList<string> Amr,
    DateTimeOffset SignedInAt,
    [property: Description("When it is over if it is not used before.")] DateTimeOffset IdleExpiresAt,
    [property: Description("When it is over in any case.")] DateTimeOffset ExpiresAt);

/// <summary>Where the person is signed in.</summary>
public sealed record SessionList(IReadOnlyList<OwnSession> Sessions);

/// <param name="Current">Whether it is the one that asks.</param>
public sealed record OwnSession(
    string Id,
    [property: Description("Whether it is the one that asks.")] bool Current,
    [property: Description("What the browser called itself, in words.")] string Browser,
    string Address,
    DateTimeOffset SignedInAt,
    [property: Description("Within a minute.")] DateTimeOffset LastSeenAt);

/// <summary>Browsers that the account knows.</summary>
public sealed record BrowserList(IReadOnlyList<OwnBrowser> Browsers);

/// <summary>One of them.</summary>
public sealed record OwnBrowser(
    string Id,
    [property: Description("Whether it is the one that asks.")] bool Current,
    [property: Description("What it called itself, in words.")] string Browser,
    string Address,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastUsedAt,
    DateTimeOffset ExpiresAt);
