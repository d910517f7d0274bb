using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Throttling;
using MfaGateway.TestKit;

namespace MfaGateway.Benchmarks.Timing;

/// <summary>A stranger who asks for codes by mail, and guesses at them, for addresses in every state there is.</summary>
internal sealed class MailProbes(GatewayUnderTest gateway)
{
    private const string Ask = "/_mfa/sign-in/code";
    private const string AskForReset = "/_mfa/reset-password";
    private const string Answer = "/_mfa/challenge/code";
    private const string Unknown = "nobody@example.net";

    /// <summary>Longer than from one mail of an account to the next.</summary>
    private static readonly TimeSpan OneMail = TimeSpan.FromSeconds(11);

    /// <summary>Longer than wrong codes count together.</summary>
    private static readonly TimeSpan OneWindow = TimeSpan.FromMinutes(16);

    private readonly Browser _asker = gateway.NewBrowser();
    private readonly List<Waiting> _waiting = [];
    private List<KeyValuePair<string, string>> _form = [];
    private List<KeyValuePair<string, string>> _resetForm = [];

    public async Task<IReadOnlyList<ProbeGroup>> PrepareAsync()
    {
        _form = (await _asker.OpenAsync(Ask)).Form(("email", "")).Values;
        _resetForm = (await _asker.OpenAsync(AskForReset)).Form(("email", "")).Values;
        var known = await gateway.AddPersonAsync("mailed");
        var disabled = await gateway.AddPersonAsync("mailed-disabled");
        await disabled.DisableAsync();
        var switchedOff = await gateway.AddPersonAsync("mailed-off");
        await SwitchOffAsync(switchedOff);
        var locked = await gateway.AddPersonAsync("mailed-locked");

        return
        [
            new ProbeGroup(
                "asking for a code by mail",
                [
                    Asking("unknown address", Unknown), Asking("known", AddressOf(known)),
                    Asking("disabled", AddressOf(disabled)), Asking("switched off by the person", AddressOf(switchedOff)),
                ],
                () => Pass(OneMail))
            { RoundsBetweenRefreshes = 1 },
            new ProbeGroup(
                "asking for a new password by mail",
                [
                    AskingForReset("unknown address", Unknown), AskingForReset("known", AddressOf(known)), AskingForReset("disabled", AddressOf(disabled)),
                ],
                () => Pass(OneMail))
            { RoundsBetweenRefreshes = 1 },
            new ProbeGroup(
                "guessing at a code from an unknown browser",
                [
                    Guessing("unknown address", person: null, isLocked: false), Guessing("known", known, isLocked: false),
                    Guessing("disabled", disabled, isLocked: false), Guessing("switched off by the person", switchedOff, isLocked: false),
                    Guessing("locked for 15 minutes", locked, isLocked: true),
                ],
                RefreshAsync),
        ];
    }

    private static string AddressOf(TestPerson person) => $"{person.UserName}@example.org";

    private Probe Asking(string name, string address) =>
        new(name, HttpStatusCode.SeeOther, () => _asker.PostAsync(Ask, [.. _form.SkipLast(1), new("email", address)]));

    private Probe AskingForReset(string name, string address) =>
        new(name, HttpStatusCode.OK, () => _asker.PostAsync(AskForReset, [.. _resetForm.SkipLast(1), new("email", address)]));

    private Probe Guessing(string name, TestPerson? person, bool isLocked)
    {
        var waiting = new Waiting(person, isLocked, gateway.NewBrowser());
        _waiting.Add(waiting);
        return new(name, HttpStatusCode.Unauthorized, () => waiting.Browser.PostAsync(Answer, [.. waiting.Form.SkipLast(1), new("code", "135790")]));
    }

    private Task Pass(TimeSpan time)
    {
        gateway.Time.Advance(time);
        return Task.CompletedTask;
    }

    /// <summary>A new request for everybody, since each takes five codes; and the counters, those of nobody's addresses too, start anew.</summary>
    private async Task RefreshAsync()
    {
        await Pass(OneWindow);
        foreach (var waiting in _waiting)
        {
            waiting.Browser.Cookies.Clear();
            var address = waiting.Person is { } known ? AddressOf(known) : Unknown;
            var asked = await waiting.Browser.SubmitAsync(await waiting.Browser.OpenAsync(Ask), ("email", address));
            waiting.Form = (await waiting.Browser.FollowAsync(asked)).Form(("code", "")).Values;
            if (waiting.IsLocked)
                await gateway.CloseMailedCodesAsync(waiting.Person!.AccountId, AttemptLimit.MailedCodes);
        }
    }

    private async Task SwitchOffAsync(TestPerson person)
    {
        var entry = new AuditEntry(
            gateway.Time.GetUtcNow(), AuditEvents.AccountEdited, person.AccountId, person.AccountId, ClientAddress: null, Succeeded: true, Detail: null);
        if (!await gateway.Get<MagicCodeStore>().SwitchAsync(
            person.AccountId, MagicCodeSwitch.Owner, off: true, new ChangeTrace(entry, []), CancellationToken.None))
            throw new InvalidOperationException($"{person.UserName} is gone.");
    }

    /// <summary>A browser at the question for a mailed code.</summary>
    /// <param name="Person">Null for an address that nobody has.</param>
    private sealed record Waiting(TestPerson? Person, bool IsLocked, Browser Browser)
    {
        /// <summary>What the page posts, the code last.</summary>
        public List<KeyValuePair<string, string>> Form { get; set; } = [];
    }
}
