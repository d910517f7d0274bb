using System.Collections.Concurrent;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Files;

namespace MfaGateway.Storage.LiteDb.Work;

/// <summary>
/// The embedded store of one process. Units of work queue for one thread, which owns LiteDB; an answer means that what it
/// rests on is on the disk. Safe for use by any number of threads.
/// </summary>
internal sealed class LiteDbEngine : IAsyncDisposable
{
    private readonly BlockingCollection<WorkItem?> _queue; // null is a tick of the clock
    private readonly EngineLoop _loop;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private readonly IStoreFiles _files;

    private LiteDbEngine(
        IStoreFiles files, IReadOnlyList<CollectionDefinition> collections, LiteDbEngineOptions options, TimeProvider timeProvider)
    {
        _files = files;
        _queue = new BlockingCollection<WorkItem?>(options.QueueLength);
        _loop = new EngineLoop(files, collections, options, _queue);
        _timer = timeProvider.CreateTimer(_ => _queue.TryAdd(null), state: null, options.Tick, options.Tick);
    }

    /// <summary>What keeps the store from serving, for the health report. Null while it serves.</summary>
    public Exception? Fault => _loop.Fault;

    /// <summary>For measurements.</summary>
    public EngineFigures Figures => _loop.Figures;

    /// <summary>Recovers the files, makes what collections and indexes are missing, and serves. The files become its own.</summary>
    /// <exception cref="StoreRefusedException">The store is damaged, or half of another one; the message says what to do.</exception>
    /// <exception cref="StoreUnavailableException">The disk is full or fails.</exception>
    public static async Task<LiteDbEngine> OpenAsync(
        IStoreFiles files, IReadOnlyList<CollectionDefinition> collections, LiteDbEngineOptions options, TimeProvider timeProvider)
    {
        var engine = new LiteDbEngine(files, collections, options, timeProvider);
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => engine.Run(opened)) { IsBackground = true, Name = "store" }.Start();
        try
        {
            await opened.Task;
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Runs a unit and returns what it returned, once that is durable. The unit runs on the engine's thread, alone: the task
    /// it returns must be complete by then, so it awaits nothing but members of its <see cref="UnitOfWork"/>. What it throws
    /// is thrown here, and nothing of it is written.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// Too many wait, or the engine failed. In the latter case the unit may have been written or not, which the next start
    /// decides; nothing was answered that rests on it.
    /// </exception>
    /// <exception cref="InvalidOperationException">The unit awaits something else. Nothing of it is written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before its turn; a unit that runs is not interrupted.</exception>
    public Task<T> RunAsync<T>(Func<UnitOfWork, Task<T>> work, CancellationToken cancellationToken)
    {
        var item = new WorkItem<T>(work, cancellationToken);
        try
        {
            if (!_queue.TryAdd(item, 0, CancellationToken.None))
                item.Fail(new StoreUnavailableException($"{_queue.BoundedCapacity} units wait for the store already. Try again."));
        }
        catch (InvalidOperationException exception) // closed while this unit arrived
        {
            item.Fail(new StoreUnavailableException("The store is closed.", exception));
        }

        return item.Task;
    }

    /// <summary>Runs what waits, brings the log into the data file, and releases the files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync(); // no tick after this
        _queue.CompleteAdding();
        await _ended.Task;
        _files.Dispose();
    }

    private void Run(TaskCompletionSource opened)
    {
        _loop.Run(opened);
        _ended.SetResult();
    }
}
