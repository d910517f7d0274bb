using System.Collections.Concurrent;
using LiteDB;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Files;
using MfaGateway.Storage.LiteDb.Pages;

namespace MfaGateway.Storage.LiteDb.Work;

/// <summary>
/// What the engine's thread does: it takes the units that wait, runs them one after the other over one buffer, applies the
/// buffer as one transaction, syncs once, and answers them all. A page that many of them change is written once.
/// </summary>
internal sealed class EngineLoop(
    IStoreFiles files, IReadOnlyList<CollectionDefinition> collections, LiteDbEngineOptions options, BlockingCollection<WorkItem?> queue)
{
    private readonly List<WorkItem> _batch = [];
    private readonly Overlay _writes = new();
    private EngineAccess? _access;
    private DocumentEngine? _documents;
    private volatile Exception? _fault;
    private int _idleTicks;
    private long _units, _batches, _checkpoints, _starts, _logBytes;

    public Exception? Fault => _fault;

    public EngineFigures Figures => new(
        Interlocked.Read(ref _units), Interlocked.Read(ref _batches), Interlocked.Read(ref _checkpoints),
        Interlocked.Read(ref _starts), Interlocked.Read(ref _logBytes));

    /// <summary>Runs until the queue is closed and empty. Throws nothing: a failure to open goes to <paramref name="opened"/>.</summary>
    public void Run(TaskCompletionSource opened)
    {
        _access = new EngineAccess();
        TryStart();
        if (_documents is null)
        {
            opened.SetException(_fault!);
            return;
        }

        opened.SetResult();
        foreach (var item in queue.GetConsumingEnumerable())
        {
            if (item is null)
                Tick();
            else
                RunBatch(item);
        }

        Guarded(() => _documents?.Close());
    }

    private void RunBatch(WorkItem first)
    {
        if (_documents is null)
        {
            first.Fail(Unavailable());
            return;
        }

        _batch.Clear();
        _writes.Clear();
        _idleTicks = 0;
        var written = _documents.LogBytesWritten;
        var done = Guarded(() =>
        {
            RunUnits(first);
            _documents.Apply(_writes);
            _documents.Sync();
            RequireInPlace(); // last: what is answered is where the next start looks for it
        });
        if (!done)
            return;

        Interlocked.Add(ref _units, _batch.Count);
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _logBytes, _documents.LogBytesWritten - written);
        foreach (var item in _batch)
            item.Answer();
        _batch.Clear();
        if (_documents.LogFrames >= options.CheckpointPages)
            Checkpoint();
    }

    private void RunUnits(WorkItem first)
    {
        WorkItem? next = first;
        do
        {
            if (next is null)
                continue; // a tick, and the engine is not idle
            _batch.Add(next);
            var unit = new UnitOfWork(_documents!, _access!, _writes);
            var keep = next.Run(unit);
            unit.End(keep && unit.EngineFault is null);
            if (unit.EngineFault is { } fault)
                throw new IOException($"A read failed: {fault.Message}", fault);
        }
        while (_batch.Count < options.MaxBatch && _writes.Count < options.MaxBatchWrites && _writes.Size < options.MaxBatchBytes
            && queue.TryTake(out next));
    }

    private void Tick()
    {
        if (_documents is null)
        {
            if (_fault is not StoreRefusedException) // that would not change
                TryStart();
        }
        else if (++_idleTicks >= options.IdleTicks && _documents.LogFrames > 0)
        {
            Checkpoint();
        }
    }

    private void Checkpoint()
    {
        if (Guarded(() => _documents!.Checkpoint()))
            Interlocked.Increment(ref _checkpoints);
    }

    /// <summary>
    /// Runs what writes. Any exception in it ends the engine: LiteDB's memory may differ from the files then, and which of
    /// the two is right only the start sequence can say. Units whose answers hang on it are answered "unavailable".
    /// </summary>
    private bool Guarded(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception exception)
        {
            _fault = exception;
            foreach (var item in _batch)
                item.Fail(Unavailable());
            _batch.Clear();
            _documents!.Abandon();
            _documents = null;
            if (!queue.IsAddingCompleted)
                TryStart();
            return false;
        }
    }

    private void TryStart()
    {
        Interlocked.Increment(ref _starts);
        try
        {
            RequireInPlace();
            _documents = DocumentEngine.Open(files, collections);
            _fault = null;
        }
        catch (StoreRefusedException exception)
        {
            _fault = exception;
        }
        catch (Exception exception) // a full disk, mostly; the next tick tries again
        {
            _fault = new StoreUnavailableException(
                $"The store {files.Data.Name} cannot be opened ({exception.Message}). Nothing that was acknowledged is lost; if the "
                + "disk is full, make room.",
                exception);
        }
    }

    private void RequireInPlace()
    {
        files.Data.RequireInPlace();
        files.Log.RequireInPlace();
    }

    private StoreUnavailableException Unavailable() =>
        new($"The store {files.Data.Name} is unavailable: {_fault!.Message}", _fault);
}
