using System.Globalization;
using System.Security.Cryptography;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using MfaGateway.Storage.LiteDb;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>
/// A process that signs people in is killed at any moment, again and again. This one knows every answer that it gave, and finds each
/// of them in the store, whole: step, counter, session and audit entry of one sign-in are all there or none is.
/// </summary>
public sealed class LiteDbKillTests
{
    public const string WriterMode = "sign-in-until-killed";

    private const int People = 16;
    private const string RoundsVariable = "MFAGATEWAY_KILLS"; // 1,000 before a release
    private const int RoundsOfOneStore = 50;

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly AuditChain Chain = new(new byte[AuditChain.KeySize], unchainedTo: 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_killed_process_had_answered_is_in_its_store_and_nothing_by_halves()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable(RoundsVariable) ?? "30", CultureInfo.InvariantCulture);
        var dice = new Dice(1);
        for (var left = rounds; left > 0; left -= RoundsOfOneStore)
            await KillAsync(Math.Min(left, RoundsOfOneStore), dice);
    }

    private static async Task KillAsync(int rounds, Dice dice)
    {
        await using var place = new LiteDbStoreFixture();
        await using (var store = await OpenAsync(place.Directory, mayCreate: true))
        {
            for (var person = 0; person < People; person++)
                await AddPersonAsync(store, person);
        }

        var answered = new long[People];
        for (var round = 1; round <= rounds; round++)
        {
            await SignInUntilKilledAsync(place.Directory, AnswersBefore(dice), answered);
            await using var store = await OpenAsync(place.Directory, mayCreate: false);
            await CheckAsync(store, answered);
        }
    }

    /// <summary>From none, in the middle of its start, to several checkpoints.</summary>
    private static int AnswersBefore(Dice dice) => dice.Below(10) switch
    {
        < 2 => 0,
        < 9 => dice.Below(150),
        _ => dice.Below(1500),
    };

    /// <summary>What the process does that is killed: prints each sign-in that it was told is kept.</summary>
    internal static async Task SignInAsync(string directory)
    {
        Console.WriteLine("started");
        await using var store = await OpenAsync(directory, mayCreate: false);
        await Task.WhenAll(Enumerable.Range(0, People).Select(person => Task.Run(async () =>
        {
            var authenticator = (await store.Totp.ListAsync(IdOf(person), CancellationToken.None))[0];
            for (var number = authenticator.LastUsedStep + 1; ; number++)
            {
                await SignInAsync(store, person, number);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{person} {number}"));
            }
        })));
    }

    private static async Task<StoreServices> OpenAsync(string directory, bool mayCreate)
    {
        var store = new StoreServices(new LiteDbStore(directory));
        store.Audit.Open(Chain);
        await store.Lifecycle.OpenAsync(mayCreate, CancellationToken.None);
        return store;
    }

    private static Task AddPersonAsync(StoreServices store, int person) => store.Transactions.WriteAsync(
        transaction => transaction.Totp.AddAsync(new TotpAuthenticator(
            IdOf(person), IdOf(person), "Phone", [1], TotpParameters.Default, LastUsedStep: 0, Now, LastUsedAt: null)),
        Token);

    private static Task SignInAsync(StoreServices store, int person, long number) => store.Transactions.WriteAsync(
        async transaction =>
        {
            if (!await transaction.Totp.TryAdvanceStepAsync(IdOf(person), number, Now))
                throw new InvalidOperationException($"Step {number} of {person} was used.");
            var bucket = new AttemptBucket(AttemptLimit.Codes, $"account/{IdOf(person)}/codes", int.MaxValue, TimeSpan.FromDays(1)) { AccountId = IdOf(person) };
            var state = await transaction.Attempts.HoldAsync(bucket);
            await transaction.Attempts.SaveAsync(bucket, state with { Attempts = state.Attempts + 1, WindowEndsAt = Now.AddDays(1) }, Now.AddDays(1));
            await transaction.Sessions.AddAsync(new GatewaySession(
                SessionOf(person, number), HashOf(person, number), IdOf(person), [new Proof(FactorKind.Totp, Now)], Now, Now,
                Now.AddHours(12).AddMilliseconds(number), "192.0.2.1", "agent"));
            transaction.Keep(new AuditEntry(Now, AuditEvents.SessionStarted, IdOf(person), null, null, true, SessionOf(person, number)));
        },
        CancellationToken.None);

    private static async Task SignInUntilKilledAsync(string directory, int afterAnswers, long[] answered)
    {
        using var writer = OwnProcess.Start(WriterMode, directory);
        var answers = -1; // the first line only says that it runs
        while (await writer.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            if (++answers > 0 && line.Split(' ') is [var person, var number])
                answered[int.Parse(person, CultureInfo.InvariantCulture)] = long.Parse(number, CultureInfo.InvariantCulture);
            if (answers == afterAnswers)
                writer.Kill(); // SIGKILL; what it wrote before is still read
        }

        await writer.WaitForExitAsync(Token);
    }

    /// <summary>Each person has one sign-in under way: what is kept is what was answered, or one more.</summary>
    private static async Task CheckAsync(StoreServices store, long[] answered)
    {
        for (var person = 0; person < People; person++)
        {
            var id = IdOf(person);
            var kept = Assert.Single(await store.Totp.ListAsync(id, Token)).LastUsedStep;
            Assert.InRange(kept, answered[person], answered[person] + 1);
            answered[person] = kept;

            var expected = Enumerable.Range(1, (int)kept).Select(number => SessionOf(person, number)).ToList();
            Assert.Equal(expected.Order(StringComparer.Ordinal), (await store.Sessions.ListAsync(id, Token)).Select(one => one.Id).Order(StringComparer.Ordinal));
            var entries = await store.Audit.ListAsync(new AuditFilter { AccountId = id }, null, int.MaxValue, Token);
            Assert.Equal(expected, entries.Reverse().Select(entry => entry.Entry.Detail));
            var counters = await store.Transactions.ReadAsync(records => records.Attempts.ListAsync(id), Token);
            Assert.Equal(kept, counters.Sum(counter => counter.State.Attempts));
            foreach (var number in (long[])[1, kept / 2, kept])
            {
                if (number > 0 && number <= kept) // it may have been killed before this account signed in at all
                    Assert.Equal(SessionOf(person, number), (await store.Sessions.FindAsync(HashOf(person, number), Token))?.Id);
            }
        }

        Assert.Empty((await new AuditVerification(store.Audit, Chain).VerifyAsync(mark: null, Token)).Faults);
        await StoreStructure.CheckAsync(((LiteDbStore)store.Engine).Engine);
    }

    private static string IdOf(int person) => string.Create(CultureInfo.InvariantCulture, $"person{person}");

    private static string SessionOf(int person, long number) => Convert.ToHexStringLower(HashOf(person, number)[..16]);

    private static byte[] HashOf(int person, long number) =>
        SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{person} {number}")));
}
