using MfaGateway.Configuration;
using MfaGateway.Core.Auditing;
using MfaGateway.Storage;

namespace MfaGateway.Auditing;

/// <summary>
/// Looks after the audit log while the gateway serves: notes outside of the store how far it has come, says so when that
/// is not there any more, and deletes what is older than it is to be kept.
/// </summary>
internal sealed class AuditKeeping(
    AuditStore store,
    AuditVerification verification,
    DataDirectory directory,
    GatewayOptions options,
    TimeProvider time,
    ILogger<AuditKeeping> logger) : BackgroundService
{
    private const int Portion = 2000;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLastLook = TimeSpan.FromSeconds(1);

    // Every deletion is an entry: once a day is enough.
    private static readonly TimeSpan Overdue = TimeSpan.FromDays(1);

    private AuditFault? _told;
    private AuditFault? _toldOfTrimming;

    /// <summary>Notes once more where the log ends, so that what was written to the last is covered by the mark.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // Open streams may have used up what the program has for its stop: these short reads get their own second.
        using var patience = new CancellationTokenSource(LongestLastLook);
        try
        {
            await TryAsync(LookAsync, patience.Token);
        }
        catch (OperationCanceledException)
        {
            // The mark stays a minute old at most.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await TryAsync(LookAsync, stoppingToken);
                await TryAsync(TrimAsync, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var mark = directory.ReadAuditMark();
        var sighting = await verification.LookAsync(mark, cancellationToken);
        if (sighting.Mark is { } seen && seen.Sequence != mark?.Sequence)
            directory.WriteAuditMark(seen);
        if (sighting.Fault is { } fault && fault != _told)
            Log.Changed(logger, fault.Describe(), directory.AuditMarkFile);
        _told = sighting.Fault;
    }

    private async Task TrimAsync(CancellationToken cancellationToken)
    {
        if (options.Audit.RetentionDays == 0)
            return;

        var now = time.GetUtcNow();
        var olderThan = now.AddDays(-options.Audit.RetentionDays);
        if (await store.ReadChainAsync(long.MinValue, 1, cancellationToken) is not [var oldest] || oldest.Recorded.Entry.At >= olderThan - Overdue)
            return;

        AuditTrimming trimmed;
        do
        {
            trimmed = await store.TrimAsync(olderThan, Portion, now, cancellationToken);
        }
        while (trimmed.Deleted == Portion && trimmed.Fault is null);

        if (trimmed.Fault is { } fault && fault != _toldOfTrimming)
            Log.NotTrimmed(logger, fault.Describe());
        _toldOfTrimming = trimmed.Fault;
    }

    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Requests find out for themselves: a fault here must not end the whole program.
            Log.KeepingFailed(logger, fault);
        }
    }
}
