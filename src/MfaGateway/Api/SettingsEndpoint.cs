using System.ComponentModel;
using MfaGateway.Configuration;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Pages;

namespace MfaGateway.Api;

/// <summary>What a program must know before it shows its first form. Says nothing of any person.</summary>
public static class SettingsEndpoint
{
    public static void MapSettings(this RouteGroupBuilder api) =>
        api.MapGet("/settings", Answer).WithTags("Settings").AllowAnonymous().Produces<PublicSettings>()
            .Describe("getSettings", "Which ways in are on, and how long codes and passwords are.");

    private static IResult Answer(HttpContext context, GatewayOptions options, SiteNames site) => Results.Json(new PublicSettings(
        site.Of(context),
        site.Contact,
        options.PathPrefix,
        new WaysIn(Password: true, MagicCode: options.MagicCode.Enabled, Passkey: false),
        new NewAuthenticators(options.Totp.ForNewAuthenticators().AlgorithmName, options.Totp.Digits, options.Totp.PeriodSeconds),
        new MailedCodes(options.MagicCode.Digits, options.MagicCode.LifetimeMinutes, options.MagicCode.MostCodes),
        PasswordRules.MinCharacters,
        options.RecoveryCodes.Count));
}

/// <param name="PathPrefix">Where the gateway's own pages are.</param>
/// <summary>The answer to whoever asks for the settings.</summary>
public sealed record PublicSettings(
    [property: Description("What the site is called.")] string SiteName,
    [property: Description("Whom people may turn to, as the operator wrote it.")] string? Contact,
    [property: Description("Where the gateway's own pages are, and this API.")] string PathPrefix,
    WaysIn SignIn,
    NewAuthenticators Totp,
    MailedCodes MagicCode,
    [property: Description("How long a new password must be at least, in characters.")] int PasswordMinCharacters,
    [property: Description("How many codes a set of recovery codes has.")] int RecoveryCodes);

/// <summary>What may be given as the first answer.</summary>
public sealed record WaysIn(bool Password, bool MagicCode, bool Passkey);

/// <summary>What authenticators are made with now; each keeps what it was made with.</summary>
public sealed record NewAuthenticators(string Algorithm, int Digits, int PeriodSeconds);

/// <summary>Codes by e-mail, where they are on.</summary>
public sealed record MailedCodes(
    [property: Description("How long they are, unless an administrator has set something else for an application.")] int Digits,
    [property: Description("How long they are good, unless an administrator has set something else for an application.")] int LifetimeMinutes,
    [property: Description("How many one sign-in may ask for.")] int Most);
