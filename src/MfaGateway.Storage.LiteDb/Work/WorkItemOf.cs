namespace MfaGateway.Storage.LiteDb.Work;

/// <inheritdoc/>
internal sealed class WorkItem<T>(Func<UnitOfWork, Task<T>> work, CancellationToken cancellationToken) : WorkItem
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<T>? _outcome;

    public Task<T> Task => _source.Task;

    public override bool Run(UnitOfWork unit)
    {
        _outcome = Outcome(unit);
        return _outcome.IsCompletedSuccessfully;
    }

    public override void Answer() => _source.SetFromTask(_outcome!);

    public override void Fail(Exception exception) => _source.SetException(exception);

    private Task<T> Outcome(UnitOfWork unit)
    {
        if (cancellationToken.IsCancellationRequested)
            return System.Threading.Tasks.Task.FromCanceled<T>(cancellationToken);
        try
        {
            var task = work(unit);
            return task.IsCompleted
                ? task
                : System.Threading.Tasks.Task.FromException<T>(new InvalidOperationException(
                    "A unit of the store awaits something other than the transaction. While it waited, every other unit would."));
        }
        catch (Exception exception) // the caller's own: it goes back to the caller
        {
            return System.Threading.Tasks.Task.FromException<T>(exception);
        }
    }
}
