using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Sessions;

namespace MfaGateway.Core.Throttling;

/// <summary>
/// Where each answer counts. Every limit there is stands here, and every path to the same secret asks for the same
/// plan: sign-in, a password asked again and the change of one's own; the app's codes and recovery codes.
/// </summary>
public sealed class AttemptLimits(AttemptOptions options, ChallengeOptions challenge)
{
    /// <summary>Longer than any request for codes lives: four codes of a day each at most.</summary>
    private static readonly TimeSpan LongestRequest = TimeSpan.FromDays(5);

    private const string KnownBrowsersOfAddress = "/known-browsers";

    private static readonly FactorKind[] SecondFactors = [FactorKind.Totp, FactorKind.RecoveryCode, FactorKind.MagicCode];

    /// <summary>A password of the sign-in page.</summary>
    /// <param name="accountId">Null where no account has the name.</param>
    /// <param name="foldedUserName">Names that nobody has share a bounded number of counters, and are counted alike.</param>
    public AttemptPlan ForSignIn(string? accountId, string foldedUserName, KnownBrowser? browser, ClientContext client) =>
        browser is null
            ? ForUnknownBrowser(accountId, accountId is null ? SlotOf(foldedUserName) : OwnerOf(accountId)) with { CountedFirst = AddressBuckets(client.Address) }
            : ForKnownBrowser(browser) with { CountedFirst = AddressBuckets(client.Address, KnownBrowsersOfAddress) };

    /// <summary>A password of somebody who is signed in, asked again: the same counters as at sign-in.</summary>
    public AttemptPlan ForPassword(string accountId, KnownBrowser? browser) =>
        browser is null ? ForUnknownBrowser(accountId, OwnerOf(accountId)) : ForKnownBrowser(browser);

    /// <summary>A code of the second factor. Whichever it is, the flow and the account have one budget.</summary>
    public AttemptPlan ForCode(ChallengeFlow flow, FactorKind factor)
    {
        var (owner, limits) = (OwnerOf(flow.AccountId), options.PerAccount);
        var ofAccount = new AttemptBucket(AttemptLimit.Codes, $"{owner}/codes", limits.Count, limits.Window)
        {
            AccountId = flow.AccountId,
            LongestCoolDown = limits.LongestCoolDown,
        };
        var inARow = new AttemptBucket(AttemptLimit.CodesInARow, InARowKey(owner, factor), limits.InARow, options.InARowWindow)
        {
            AccountId = flow.AccountId,
            Suspends = true,
        };
        var inFlow = ChallengeOf(flow);
        return new AttemptPlan(
        [
            inFlow,
            ofAccount,
            inARow,
            // The person's own slips on the way to the right code are taken back; a guesser's, made in other flows, stay counted.
            Part(ofAccount, $"{inFlow.Key}/of-account"),
            Part(inARow, $"{inFlow.Key}/of-{factor}"),
        ])
        {
            Empties = [.. SecondFactors.Where(other => other != factor).Select(other => InARowKey(owner, other))],
        };
    }

    /// <summary>The mail that tells of wrong codes in one window of the account's.</summary>
    public AttemptBucket ForNotice(string accountId, long window) => new(
        AttemptLimit.Notice, string.Create(CultureInfo.InvariantCulture, $"{OwnerOf(accountId)}/codes/notice/{window}"), 1, options.PerAccount.LongestCoolDown);

    /// <summary>
    /// A mailed code that begins a sign-in. It counts apart from the second factor: a stranger, who needs no password to ask
    /// for one, must not be able to close the owner's authenticator.
    /// </summary>
    /// <param name="foldedEmail">Addresses that nobody has share counters as names do.</param>
    public AttemptPlan ForMailedCode(
        string requestId, string? accountId, string foldedEmail, KnownBrowser? browser, ClientContext client, bool registers = false)
    {
        AttemptBucket request = new(AttemptLimit.Challenge, $"code-request/{requestId}/codes", options.PerChallenge, LongestRequest);
        return browser is null
            ? ForMailedCode(accountId, OwnerOf(accountId, foldedEmail, registers)) with
            {
                CountedFirst = [request, .. AddressBuckets(client.Address)],
            }
            : ForMailedCode(browser) with { CountedFirst = [request, .. AddressBuckets(client.Address, KnownBrowsersOfAddress)] };
    }

    /// <summary>
    /// A mailed code that proves the first factor again in a flow: the same counters as at sign-in. It is no second factor, so it
    /// neither takes back nor empties what is counted of that: whoever reads the mail would have the guesses at the app for nothing.
    /// </summary>
    public AttemptPlan ForMailedCodeAgain(ChallengeFlow flow, KnownBrowser? browser)
    {
        var plan = browser is null ? ForMailedCode(flow.AccountId, OwnerOf(flow.AccountId)) : ForMailedCode(browser);
        return plan with { Buckets = [ChallengeOf(flow), .. plan.Buckets] };
    }

    /// <summary>From the first mail of one sign-in to that of the next.</summary>
    public TimeSpan MailGap => options.MailSends.Gap;

    /// <summary>A request for a mailed code, whoever it is for.</summary>
    public AttemptPlan ForCodeRequest(ClientContext client) => new(
    [
        new(AttemptLimit.CodeRequests, $"address/{NetworkOf(client.Address)}/code-requests", options.MailSends.RequestsPerHour, TimeSpan.FromHours(1)),
    ]);

    /// <summary>One mail with a code or a link. A known browser has counters of its own: a stranger's requests leave the owner theirs.</summary>
    /// <remarks>An address that becomes an account has counters of its own: a flood of other addresses must not keep newcomers out.</remarks>
    public AttemptPlan ForMail(MailOwner owner, ClientContext client)
    {
        var limits = options.MailSends;
        var name = NameOf(owner);
        List<AttemptBucket> buckets =
        [
            new(AttemptLimit.MailSends, $"{name}/mails/hour", limits.PerHour, TimeSpan.FromHours(1)) { AccountId = owner.AccountId },
            new(AttemptLimit.MailSends, $"{name}/mails/day", limits.PerDay, TimeSpan.FromDays(1)) { AccountId = owner.AccountId },
        ];
        if (owner.Browser is null)
            buckets.Add(new(AttemptLimit.MailSends, $"address/{NetworkOf(client.Address)}/mails", limits.PerAddressPerHour, TimeSpan.FromHours(1)));
        return new AttemptPlan(buckets);
    }

    /// <summary>The time between the first mails of two requests. The later ones of a request keep its waits instead. See <see cref="MailTimes"/>.</summary>
    public AttemptBucket ForMailGap(MailOwner owner) => new(AttemptLimit.MailSends, MailGapKeyOfName(NameOf(owner)), 1, options.MailSends.Gap);

    /// <summary>Codes that verify a new authenticator.</summary>
    public AttemptPlan ForEnrollment(ChallengeFlow flow) =>
        new([new(AttemptLimit.Enrollment, $"flow/{flow.Id}/enrollment", options.PerEnrollment, challenge.Lifetime)]);

    /// <summary>The one-time code that an administrator hands over.</summary>
    public AttemptPlan ForEnrollmentCode(ChallengeFlow flow) => new(
    [
        new(AttemptLimit.Challenge, $"flow/{flow.Id}/enrollment-code", options.PerChallenge, challenge.Lifetime),
        new(AttemptLimit.EnrollmentCode, $"{OwnerOf(flow.AccountId)}/enrollment-code", options.PerAccount.Count, options.PerAccount.Window)
        {
            AccountId = flow.AccountId,
            LongestCoolDown = options.PerAccount.LongestCoolDown,
        },
    ]);

    /// <summary>Keys of all that is counted of an account's second factor: they go when it goes.</summary>
    public static IReadOnlyList<string> SecondFactorKeys(string accountId) =>
        [$"{OwnerOf(accountId)}/codes", .. SecondFactors.Select(factor => InARowKey(OwnerOf(accountId), factor))];

    /// <summary>Keys of what is counted of an account's password from unknown browsers: they go with the password that was guessed at.</summary>
    public static IReadOnlyList<string> PasswordKeys(string accountId) =>
        [$"{OwnerOf(accountId)}/passwords", PasswordsInARowKey(OwnerOf(accountId))];

    /// <summary>How the keys begin of what is counted of an account by itself, whether or not the bucket names the account.</summary>
    public static string PrefixOf(string accountId) => $"{OwnerOf(accountId)}/";

    /// <summary>The key of the time between mails that a known browser asked for.</summary>
    public static string MailGapKeyOf(string browserId) => MailGapKeyOfName(BrowserName(browserId));

    /// <summary>The factor that the bucket with this key suspends, or null.</summary>
    public static FactorKind? FindSuspended(string accountId, string key)
    {
        foreach (var factor in SecondFactors)
        {
            if (key == InARowKey(OwnerOf(accountId), factor))
                return factor;
        }

        return null;
    }

    private AttemptPlan ForUnknownBrowser(string? accountId, string owner)
    {
        var limits = options.Password;
        return new AttemptPlan(
        [
            new(AttemptLimit.Password, $"{owner}/passwords", limits.Count, limits.Window) { AccountId = accountId },
            new(AttemptLimit.PasswordsInARow, PasswordsInARowKey(owner), limits.InARow, options.InARowWindow) { AccountId = accountId, Suspends = accountId is not null },
        ])
        {
            Empties = [PasswordsInARowKey(owner)],
        };
    }

    private AttemptPlan ForKnownBrowser(KnownBrowser browser) => new(
    [
        new(AttemptLimit.KnownBrowser, $"browser/{browser.Id}/passwords", options.KnownBrowser.Count, options.KnownBrowser.Window)
        {
            AccountId = browser.AccountId,
        },
    ])
    {
        // A known browser has signed in: unknown ones may try again.
        Empties = [PasswordsInARowKey(OwnerOf(browser.AccountId))],
    };

    private string NameOf(MailOwner owner) =>
        owner.Browser is { } browser ? BrowserName(browser.Id) : OwnerOf(owner.AccountId, owner.FoldedEmail, owner.Registers);

    private AttemptPlan ForMailedCode(string? accountId, string owner) => new(
    [
        new(AttemptLimit.MailedCodes, $"{owner}/mailed-codes", options.PerAccount.Count, options.PerAccount.Window)
        {
            AccountId = accountId, LongestCoolDown = options.PerAccount.LongestCoolDown,
        },
        new(AttemptLimit.MailedCodesInARow, MailedInARowKey(owner), options.PerAccount.InARow, options.InARowWindow)
        {
            AccountId = accountId, Suspends = accountId is not null,
        },
    ]);

    private AttemptPlan ForMailedCode(KnownBrowser browser) => new(
    [
        new(AttemptLimit.KnownBrowser, $"browser/{browser.Id}/mailed-codes", options.KnownBrowser.Count, options.KnownBrowser.Window)
        {
            AccountId = browser.AccountId,
        },
    ])
    {
        Empties = [MailedInARowKey(OwnerOf(browser.AccountId))],
    };

    private AttemptBucket ChallengeOf(ChallengeFlow flow) =>
        new(AttemptLimit.Challenge, $"flow/{flow.Id}/codes", options.PerChallenge, challenge.Lifetime);

    // Apart from that of strangers: those at the same address must not keep known browsers out, nor may known browsers try without an end.
    private IReadOnlyList<AttemptBucket> AddressBuckets(string address, string part = "")
    {
        var (key, limits) = ($"address/{NetworkOf(address)}{part}", options.PerAddress);
        return
        [
            new(AttemptLimit.Address, $"{key}/short", limits.Count, limits.Window),
            new(AttemptLimit.Address, $"{key}/hour", limits.PerHour, TimeSpan.FromHours(1)),
            new(AttemptLimit.Address, $"{key}/day", limits.PerDay, TimeSpan.FromDays(1)),
        ];
    }

    private string OwnerOf(string? accountId, string foldedEmail, bool registers) => (accountId, registers) switch
    {
        ({ } known, _) => OwnerOf(known),
        (null, true) => $"newcomer/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(foldedEmail)))}",
        _ => SlotOf(foldedEmail),
    };

    /// <summary>A flood of names that nobody has fills these counters and no more.</summary>
    private string SlotOf(string foldedUserName)
    {
        var hash = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(foldedUserName)));
        return string.Create(CultureInfo.InvariantCulture, $"nobody/{hash % (uint)options.UnknownNames}");
    }

    /// <summary>IPv4: the address. IPv6: its /64, which is what one customer has at least.</summary>
    public static string NetworkOf(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed))
            return "unknown";
        if (parsed.AddressFamily != AddressFamily.InterNetworkV6)
            return parsed.ToString();

        var bytes = parsed.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes) + "/64";
    }

    private AttemptBucket Part(AttemptBucket whole, string key) =>
        new(AttemptLimit.Part, key, int.MaxValue, challenge.Lifetime) { PartOf = whole.Key };

    private static string BrowserName(string browserId) => $"browser/{browserId}";

    private static string MailGapKeyOfName(string name) => $"{name}/mails/gap";

    private static string OwnerOf(string accountId) => $"account/{accountId}";

    private static string PasswordsInARowKey(string owner) => $"{owner}/passwords-in-a-row";

    private static string MailedInARowKey(string owner) => $"{owner}/mailed-codes-in-a-row";

    private static string InARowKey(string owner, FactorKind factor) => $"{owner}/{factor}-in-a-row";
}
