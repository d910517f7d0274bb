using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using MfaGateway.Configuration;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.Storage.LiteDb;
using MfaGateway.Storage.Sql;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>
/// The program is killed with dozens of answers in flight, after as many of them as the seed says, and started again: no wrong
/// answer that was answered is forgotten, nothing that was accepted once is accepted again, and who was let in is in.
/// </summary>
public sealed class KillUnderFireTests : IAsyncLifetime
{
    private const int Rounds = 3;
    private const int WrongCodes = 30;

    private static readonly TotpParameters LongSteps = new(TotpHash.Sha1, digits: 6, periodSeconds: 120);

    private readonly GatewayProgram _program = new();
    private RecordingUpstream _upstream = null!;
    private StoreProvider _engine;
    private PostgreSqlStoreFixture? _database;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _upstream = await RecordingUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _upstream.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
        _program.Dispose();
    }

    [Theory]
    [InlineData(StoreProvider.Sqlite, 1)]
    [InlineData(StoreProvider.Sqlite, 2)]
    [InlineData(StoreProvider.LiteDb, 4)]
    [InlineData(StoreProvider.LiteDb, 5)]
    public Task On_an_embedded_store_all_that_was_answered_stays_true(StoreProvider engine, int seed)
    {
        _engine = engine;
        return RunAsync(seed);
    }

    [Theory]
    [InlineData(3)]
    public async Task On_postgresql_all_that_was_answered_stays_true(int seed)
    {
        _engine = StoreProvider.Postgres;
        _database = await PostgreSqlStoreFixture.AddAsync();
        await RunAsync(seed);
    }

    private async Task RunAsync(int seed)
    {
        var casts = await AddPeopleAsync();
        var passed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            Salvo salvo;
            await using (var gateway = await StartAsync())
                salvo = await FireAndKillAsync(gateway, casts[round], seed, round);

            await AssertCountedAsync(casts[round], salvo);
            await using var again = await StartAsync();
            passed += await AssertSpentAsync(again, casts[round].Coder, Path.Totp, casts[round].Code, salvo);
            passed += await AssertSpentAsync(again, casts[round].Recoverer, Path.Recovery, casts[round].RecoveryCode.ToGroups(), salvo);
            var returned = await ReturnAsync(again, salvo);
            await again.KillAsync();
            await AssertKnownAsync(returned);
        }

        Assert.InRange(passed, 1, 2 * Rounds); // at the last moment one of the two has passed
        Assert.Equal(0, (await _program.RunAsync(["audit", "verify", .. StoreSettings.Select(setting => $"--{setting.Key}={setting.Value}")])).ExitCode);
    }

    /// <summary>Many answers at once, and the end of the program as soon as some of them were answered.</summary>
    private static async Task<Salvo> FireAndKillAsync(GatewayProcess gateway, Cast cast, int seed, int round)
    {
        var shots = await LoadAsync(gateway, cast);
        var order = Enumerable.Range(0, shots.Count).OrderBy(number => Pick(seed, round, number), Comparer<int>.Default).ToList();
        var last = MomentOf(seed, round, shots.Count);
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answered = 0;

        var fired = order.Select(number => FireAsync(shots[number])).ToList();
        await enough.Task;
        await gateway.KillAsync();
        await Task.WhenAll(fired);
        return new Salvo(shots);

        async Task FireAsync(Shot shot)
        {
            try
            {
                shot.Answer = await shot.Browser.SubmitAsync(shot.Page, ("code", shot.Typed));
                if (Interlocked.Increment(ref answered) == last)
                    enough.SetResult();
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                // It was killed before it answered, or in the middle of the answer.
            }
        }
    }

    private static async Task<List<Shot>> LoadAsync(GatewayProcess gateway, Cast cast)
    {
        var shots = new List<Shot>();
        for (var flow = 0; flow < 3; flow++)
        {
            var browser = gateway.NewBrowser();
            var asked = await cast.Guessed.GivePasswordAsync(browser);
            for (var guess = 0; guess < WrongCodes / 3; guess++)
                shots.Add(new(Path.Wrong, cast.Guessed, browser.Clone(), asked, cast.Guessed.WrongCode));
        }

        cast.Code = CodeOf(cast.Coder);
        for (var flow = 0; flow < 4; flow++)
        {
            var browser = gateway.NewBrowser();
            shots.Add(new(Path.Totp, cast.Coder, browser, await cast.Coder.GivePasswordAsync(browser), cast.Code));
        }

        for (var flow = 0; flow < 4; flow++)
        {
            var browser = gateway.NewBrowser();
            var asked = await cast.Recoverer.GivePasswordAsync(browser) with { Url = "/_mfa/challenge/recovery-code" };
            shots.Add(new(Path.Recovery, cast.Recoverer, browser, asked, cast.RecoveryCode.ToGroups()));
        }

        return shots;
    }

    /// <summary>Counts what is left of the budget, by using it up.</summary>
    private async Task AssertCountedAsync(Cast cast, Salvo salvo)
    {
        await using var store = await ConnectAsync();
        var limits = new AttemptLimits(new AttemptOptions { PerChallenge = 10, PerAccount = new() { Count = WrongCodes, InARow = 100 } }, new ChallengeOptions());
        var wrong = salvo.Shots.Where(shot => shot.Path == Path.Wrong).ToList();
        foreach (var flow in wrong.GroupBy(shot => shot.FlowId, StringComparer.Ordinal))
        {
            var counted = 10 - await LeftAsync(bucket => bucket.Kind == AttemptLimit.Challenge, flow.Key);
            Assert.InRange(counted, flow.Count(shot => shot.Answer is not null), flow.Count());
        }

        foreach (var (kind, limit) in ((AttemptLimit, int)[])[(AttemptLimit.Codes, WrongCodes), (AttemptLimit.CodesInARow, 100)])
            Assert.InRange(limit - await LeftAsync(bucket => bucket.Kind == kind, "another"), wrong.Count(shot => shot.Answer is not null), WrongCodes);

        async Task<int> LeftAsync(Func<AttemptBucket, bool> which, string flowId)
        {
            var now = TimeProvider.System.GetUtcNow();
            var flow = new ChallengeFlow(flowId, [], cast.Guessed.AccountId, "two-factor", "/", [], null, null, now, now, Version: 1);
            AttemptBucket[] bucket = [limits.ForCode(flow, FactorKind.Totp).Buckets.Single(which)];
            var left = 0;
            while (await store.Attempts.TryReserveAttemptAsync(bucket, now, Cancellation) is AttemptReservation.Granted)
                left++;
            return left;
        }
    }

    /// <returns>1 if it was accepted before the program was killed.</returns>
    private static async Task<int> AssertSpentAsync(GatewayProcess gateway, TestPerson person, Path path, string code, Salvo salvo)
    {
        var accepted = salvo.Shots.Count(shot => shot.Path == path && shot.Answer?.Status == HttpStatusCode.SeeOther);
        using var thief = gateway.NewBrowser();
        var asked = await person.GivePasswordAsync(thief);
        var again = await thief.SubmitAsync(path == Path.Totp ? asked : asked with { Url = "/_mfa/challenge/recovery-code" }, ("code", code));

        Assert.InRange(accepted + (again.Status == HttpStatusCode.SeeOther ? 1 : 0), 0, 1);
        return accepted;
    }

    /// <summary>All who were let in are in.</summary>
    private static async Task<List<(TestPerson Person, string Browser)>> ReturnAsync(GatewayProcess gateway, Salvo salvo)
    {
        var returned = new List<(TestPerson, string)>();
        foreach (var shot in salvo.Shots.Where(shot => shot.Answer?.Status == HttpStatusCode.SeeOther && shot.Path != Path.Wrong))
        {
            using var returning = shot.Browser.CloneTo(gateway.Address);
            Assert.Equal("hello from upstream", (await returning.GetAsync("/")).Body);
            returned.Add((shot.Person, returning.Cookies["mfa_browser"]));
        }

        return returned;
    }

    private async Task AssertKnownAsync(IEnumerable<(TestPerson Person, string Browser)> returned)
    {
        await using var store = await ConnectAsync();
        foreach (var (person, browser) in returned)
        {
            Assert.True(SecretToken.TryParse(browser, out var token));
            Assert.NotNull(await store.KnownBrowsers.FindAsync(token.Hash, person.AccountId, TimeProvider.System.GetUtcNow(), Cancellation));
        }
    }

    /// <summary>People for every round, made by a gateway in this process before the first one starts.</summary>
    private async Task<List<Cast>> AddPeopleAsync()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
            setup.With("MfaGateway:DataDirectory", _program.PathOf("data"));
            foreach (var (key, value) in StoreSettings)
                setup.With(key, value);
        });
        var casts = new List<Cast>();
        for (var round = 0; round < Rounds; round++)
        {
            var people = new List<TestPerson>();
            foreach (var part in (string[])["guessed", "coder", "recoverer"])
            {
                var person = await gateway.AddPersonAsync(part + round.ToString(CultureInfo.InvariantCulture));
                person.Parameters = LongSteps;
                people.Add(await person.WithAuthenticatorAsync());
            }

            var code = RecoveryCode.Generate();
            var salt = RecoveryCodeHash.NewSalt();
            await gateway.Get<RecoveryCodeStore>().ReplaceAllAsync(
                people[2].AccountId, new(salt, [RecoveryCodeHash.Create(code, salt)]), gateway.Time.GetUtcNow(), Cancellation);
            casts.Add(new(people[0], people[1], people[2], code));
        }

        return casts;
    }

    private (string Key, string Value)[] StoreSettings => _database is null
        ? [("MfaGateway:Store:Provider", _engine.ToString())]
        : [("MfaGateway:Store:Provider", "Postgres"), ("MfaGateway:Store:ConnectionString", _database.ConnectionString)];

    private async Task<StoreServices> ConnectAsync()
    {
        IStore engine = _engine switch
        {
            StoreProvider.Sqlite => SqlStore.Sqlite(_program.PathOf("data/gateway.db")),
            StoreProvider.LiteDb => new LiteDbStore(_program.PathOf("data")),
            _ => SqlStore.PostgreSql(_database!.ConnectionString),
        };
        await engine.OpenAsync(mayCreate: false, Cancellation);
        return new StoreServices(engine);
    }

    private Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(
        _program.Directory, _upstream.Address,
        [
            ("MfaGateway:Attempts:PerChallenge", "10"),
            ("MfaGateway:Attempts:PerAccount:Count", WrongCodes.ToString(CultureInfo.InvariantCulture)),
            .. StoreSettings,
        ]);

    private static string CodeOf(TestPerson person) =>
        TotpAlgorithm.Compute(person.Secret!, TotpAlgorithm.StepAt(TimeProvider.System.GetUtcNow(), LongSteps), LongSteps);

    /// <summary>After how many answers the program is killed: few at first, more later, all but one in the end.</summary>
    private static int MomentOf(int seed, int round, int shots) =>
        round == Rounds - 1 ? shots - 1 : 1 + ((round * shots) + (Pick(seed, round, -1) % shots)) / Rounds;

    /// <summary>A number by chance, and the same one every time.</summary>
    private static int Pick(int seed, int round, int number)
    {
        Span<byte> bytes = [(byte)seed, (byte)round, (byte)number];
        return BitConverter.ToUInt16(SHA256.HashData(bytes));
    }

    private enum Path
    {
        Wrong,
        Totp,
        Recovery,
    }

    private sealed record Cast(TestPerson Guessed, TestPerson Coder, TestPerson Recoverer, RecoveryCode RecoveryCode)
    {
        public string Code { get; set; } = string.Empty;
    }

    private sealed record Shot(Path Path, TestPerson Person, Browser Browser, Visit Page, string Typed)
    {
        /// <summary>Null where none came.</summary>
        public Visit? Answer { get; set; }

        public string FlowId { get; } = Page.Form(("code", Typed)).Values.Single(field => field.Key == "flow").Value;
    }

    private sealed record Salvo(IReadOnlyList<Shot> Shots);
}
