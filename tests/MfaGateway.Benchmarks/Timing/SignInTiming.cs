using System.Globalization;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Microsoft.Extensions.Hosting;

namespace MfaGateway.Benchmarks.Timing;

/// <summary>
/// How long refusals take, over real HTTP, on each store that is there. Passwords cost what they cost by default, and the
/// clock stands still, so that no cool-down ends while it is measured.
/// </summary>
internal static class SignInTiming
{
    private const int DefaultRounds = 100;

    /// <param name="rounds">Samples of each request; null for the default.</param>
    /// <returns>0 when every pair is within the bounds, 1 when not (or when it was stopped), 2 for a wrong number.</returns>
    public static async Task<int> RunAsync(string? rounds)
    {
        var count = DefaultRounds;
        if (rounds is not null && (!int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 10 or > 10_000))
        {
            await Console.Error.WriteLineAsync("Rounds must be 10 to 10000.");
            return 2;
        }

        Console.WriteLine($"{count} rounds, everybody once in each, in another order each time; {Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}");
        Console.WriteLine("Limits by address and on mails are raised so that they do not close, all others are the product's own.");
        try
        {
            return await MeasureAsync(count) ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return 1;
        }
    }

    private static async Task<bool> MeasureAsync(int rounds)
    {
        var isWithin = await MeasureAsync("SQLite", rounds, _ => { });
        if (PostgreSqlServer.WhyMissing is { } reason)
            Console.WriteLine($"Not measured: {reason}.");
        else
            isWithin &= await MeasureOnPostgreSqlAsync(rounds);
        return isWithin;
    }

    private static async Task<bool> MeasureOnPostgreSqlAsync(int rounds)
    {
        await using var server = await PostgreSqlServer.StartNewAsync();
        var place = server.NameStore();
        return await MeasureAsync("PostgreSQL", rounds, setup => setup
            .With("MfaGateway:Store:Provider", "Postgres")
            .With("MfaGateway:Store:ConnectionString", place));
    }

    private static async Task<bool> MeasureAsync(string store, int rounds, Action<GatewaySetup> configure)
    {
        var data = Directory.CreateTempSubdirectory("mfagateway-timing-");
        try
        {
            // From before the setting rose: a gateway looks at its start which kinds of hashes there are.
            await using (var before = await GatewayUnderTest.StartAsync(setup => configure(setup.With("MfaGateway:DataDirectory", data.FullName))))
                await before.AddPersonAsync("from-before");
            return await MeasurePreparedAsync(store, rounds, setup => configure(setup.With("MfaGateway:DataDirectory", data.FullName)));
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<bool> MeasurePreparedAsync(string store, int rounds, Action<GatewaySetup> configure)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.With("MfaGateway:Passwords:Passes", "4") // beside hashes of before, with two
                .With("MfaGateway:Attempts:PerAddress:Count", "100000")
                .With("MfaGateway:PublicOrigin", "http://127.0.0.1")
                .With("MfaGateway:Attempts:PerAddress:PerHour", "1000000")
                .With("MfaGateway:Attempts:PerAddress:PerDay", "1000000")
                .With("MfaGateway:MagicCode:Enabled", "true")
                .With("MfaGateway:Attempts:MailSends:Gap", "00:00:10")
                .With("MfaGateway:Attempts:MailSends:PerHour", "1000")
                .With("MfaGateway:Attempts:MailSends:PerDay", "10000")
                .With("MfaGateway:Attempts:MailSends:PerAddressPerHour", "100000")
                .With("MfaGateway:Attempts:MailSends:RequestsPerHour", "1000000");
            configure(setup);
        });

        Console.WriteLine();
        Console.WriteLine($"== {store}");
        var isWithin = true;
        foreach (var group in await PrepareAsync(gateway))
        {
            // The gateway in this process is told first of Ctrl-C, and keeps it.
            await group.MeasureAsync(rounds, gateway.Get<IHostApplicationLifetime>().ApplicationStopping);
            isWithin &= TimingTable.Print(group);
        }

        return isWithin;
    }

    private static async Task<IReadOnlyList<ProbeGroup>> PrepareAsync(GatewayUnderTest gateway) =>
    [
        await new SignInProbes(gateway).PrepareAsync(),
        .. await new CodeProbes(gateway).PrepareAsync(),
        .. await new MailProbes(gateway).PrepareAsync(),
    ];
}
