using System.Net;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Throttling;
using MfaGateway.TestKit;

namespace MfaGateway.Benchmarks.Timing;

/// <summary>Codes of somebody who holds the password: while they are taken, in a cool-down, and with the factor suspended.</summary>
internal sealed class CodeProbes(GatewayUnderTest gateway)
{
    private const string TotpPage = "/_mfa/challenge/totp";
    private const string RecoveryPage = "/_mfa/challenge/recovery-code";

    private readonly List<Desk> _desks = [];

    public async Task<IReadOnlyList<ProbeGroup>> PrepareAsync()
    {
        var open = await SeatAsync("open", closed: null);
        var coolDown = await SeatAsync("cool-down", AttemptLimit.Codes);
        var suspended = await SeatAsync("suspended-app", AttemptLimit.CodesInARow);
        var withCodes = await SeatAsync("with-codes", closed: null);
        await GiveCodesAsync(withCodes.Person);
        var withoutCodes = await SeatAsync("without-codes", closed: null);
        var wrongRecoveryCode = RecoveryCode.Generate().ToGroups();

        return
        [
            new ProbeGroup(
                "codes of the app, after the right password",
                [
                    Of("wrong code", open, TotpPage, HttpStatusCode.Unauthorized, open.Person.WrongCode),
                    Of("wrong code in a cool-down", coolDown, TotpPage, HttpStatusCode.TooManyRequests, coolDown.Person.WrongCode),
                    Of("right code in a cool-down", coolDown, TotpPage, HttpStatusCode.TooManyRequests, coolDown.Person.CurrentCode),
                    Of("wrong code, app suspended", suspended, TotpPage, HttpStatusCode.TooManyRequests, suspended.Person.WrongCode),
                    Of("right code, app suspended", suspended, TotpPage, HttpStatusCode.TooManyRequests, suspended.Person.CurrentCode),
                ],
                RefreshAsync),
            new ProbeGroup(
                "recovery codes, after the right password",
                [
                    Of("wrong code, codes left", withCodes, RecoveryPage, HttpStatusCode.Unauthorized, wrongRecoveryCode),
                    Of("wrong code, never had any", withoutCodes, RecoveryPage, HttpStatusCode.Unauthorized, wrongRecoveryCode),
                ],
                RefreshAsync),
        ];
    }

    private static Probe Of(string name, Desk desk, string page, HttpStatusCode expected, string code) =>
        new(name, expected, () => desk.Browser.PostAsync(page, [.. desk.Form.SkipLast(1), new("code", code)]));

    /// <param name="closed">The limit that this person's codes have met; null for none.</param>
    private async Task<Desk> SeatAsync(string name, AttemptLimit? closed)
    {
        var person = await (await gateway.AddPersonAsync(name)).WithAuthenticatorAsync();
        var desk = new Desk(person, gateway.NewBrowser(), closed);
        _desks.Add(desk);
        return desk;
    }

    /// <summary>A new sign-in for everybody, since each takes five codes and lasts ten minutes.</summary>
    private async Task RefreshAsync()
    {
        foreach (var desk in _desks)
        {
            await gateway.UnlockAsync(desk.Person.AccountId);
            desk.Browser.Cookies.Clear();
            desk.Form = (await desk.Person.GivePasswordAsync(desk.Browser)).Form(("code", "")).Values;
            if (desk.Closed is { } limit)
                await gateway.CloseCodesAsync(desk.Person.AccountId, limit);
        }
    }

    private Task GiveCodesAsync(TestPerson person)
    {
        var salt = RecoveryCodeHash.NewSalt();
        var hashes = RecoveryCode.GenerateSet(10).Select(code => RecoveryCodeHash.Create(code, salt)).ToList();
        return gateway.Get<RecoveryCodeStore>().ReplaceAllAsync(
            person.AccountId, new NewRecoveryCodes(salt, hashes), gateway.Time.GetUtcNow(), CancellationToken.None);
    }

    /// <summary>Somebody at the question for a code.</summary>
    private sealed record Desk(TestPerson Person, Browser Browser, AttemptLimit? Closed)
    {
        /// <summary>What the page posts, the code last.</summary>
        public List<KeyValuePair<string, string>> Form { get; set; } = [];
    }
}
