using System.Diagnostics;
using System.Globalization;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb;

namespace MfaGateway.Benchmarks.Stores;

/// <summary>
/// Signs in and out on LiteDB for as long as is named, with all that expires deleted every ten seconds, the audit log cut to its last
/// minute, and prints each minute what memory, files and latencies have become. Nothing may grow once as much is deleted as is written.
/// </summary>
internal sealed class StoreSoak : IAsyncDisposable
{
    private const int People = 1000;
    private const int OpenSessions = 500;
    private const int TrimPortion = 500;

    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _timeProvider = TimeProvider.System;
    private readonly string _directory = Directory.CreateTempSubdirectory("mfagateway-soak-").FullName;
    private readonly StoreServices _stores;
    private readonly SignIns _signIns;
    private readonly Queue<GatewaySession> _open = [];
    private readonly List<double> _milliseconds = [];

    private StoreSoak()
    {
        _stores = new StoreServices(new LiteDbStore(_directory));
        _stores.Audit.Open(new AuditChain(new byte[AuditChain.KeySize], unchainedTo: 0));
        _signIns = new SignIns(_stores, _timeProvider);
    }

    /// <returns>1 where the data file grew by more than a tenth in the second half.</returns>
    public static async Task<int> RunAsync(string minutes, string perSecond)
    {
        await using var soak = new StoreSoak();
        return await soak.RunAsync(
            int.Parse(minutes, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(1) / double.Parse(perSecond, CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await _stores.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<int> RunAsync(int minutes, TimeSpan pause)
    {
        await _stores.Lifecycle.OpenAsync(mayCreate: true, CancellationToken.None);
        await Population.AddAsync(_stores, People, sessions: 0, _timeProvider.GetUtcNow());
        Console.WriteLine("minute  sign-ins  p50 ms  p99 ms  max ms  processor s  heap MiB  working set MiB  store.db MiB  store-wal MiB");
        using var timer = new PeriodicTimer(pause);
        var (watch, swept, printed, number, half) = (Stopwatch.StartNew(), TimeSpan.Zero, 0, 0L, 0L);
        while (printed < minutes)
        {
            await timer.WaitForNextTickAsync();
            await OneAsync(number++);
            if (watch.Elapsed - swept >= Sweep)
            {
                await SweepAsync();
                swept = watch.Elapsed;
            }

            if (watch.Elapsed < TimeSpan.FromMinutes(printed + 1))
                continue;
            Print(++printed, number);
            if (printed == (minutes + 1) / 2)
                half = SizeOf("store.db");
        }

        return await EndAsync(half);
    }

    private async Task OneAsync(long number)
    {
        var started = Stopwatch.GetTimestamp();
        _open.Enqueue(await _signIns.SignInAsync((int)(number % People), 1 + number / People));
        _milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        if (_open.Count > OpenSessions)
            await _signIns.SignOutAsync(_open.Dequeue());
    }

    private async Task SweepAsync()
    {
        var now = _timeProvider.GetUtcNow();
        await _stores.Lifecycle.DeleteExpiredAsync(now, CancellationToken.None);
        while ((await _stores.Audit.TrimAsync(now - Retention, TrimPortion, now, CancellationToken.None)).Deleted == TrimPortion)
        {
        }
    }

    private async Task<int> EndAsync(long half)
    {
        var end = SizeOf("store.db");
        var report = await new AuditVerification(_stores.Audit, new AuditChain(new byte[AuditChain.KeySize], unchainedTo: 0))
            .VerifyAsync(mark: null, CancellationToken.None);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"store.db after half of the time {half} bytes, at the end {end}; {report.Entries} audit entries, {report.Faults.Count} faults"));
        return end <= half + half / 10 && report.Faults.Count == 0 ? 0 : 1;
    }

    private void Print(int minute, long signIns)
    {
        _milliseconds.Sort();
        var processor = Environment.CpuUsage.TotalTime.TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{minute,6} {signIns,9} {At(0.5),7:F1} {At(0.99),7:F1} {At(1),7:F1} {processor,12:F1} {GC.GetTotalMemory(forceFullCollection: true) / 1048576.0,9:F1} {Environment.WorkingSet / 1048576.0,16:F1} {SizeOf("store.db") / 1048576.0,13:F2} {SizeOf("store-wal") / 1048576.0,14:F2}"));
        _milliseconds.Clear();

        double At(double part) => _milliseconds.Count == 0 ? 0 : _milliseconds[(int)((_milliseconds.Count - 1) * part)];
    }

    private long SizeOf(string file) => new FileInfo(Path.Combine(_directory, file)).Length;
}
