using LiteDB;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Work;

namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>
/// What record sets run in. Work that writes is one unit. Work that reads is a unit for each thing that it asks, so that a long
/// read lets others pass between its slices; what one unit returns is of one moment.
/// </summary>
internal sealed class LiteDbScope
{
    private readonly LiteDbEngine? _engine;
    private readonly UnitOfWork? _unit;
    private readonly CancellationToken _cancellationToken;

    /// <summary>For work that reads.</summary>
    public LiteDbScope(LiteDbEngine engine, CancellationToken cancellationToken) =>
        (_engine, _cancellationToken) = (engine, cancellationToken);

    /// <summary>For work that writes.</summary>
    public LiteDbScope(UnitOfWork unit) => _unit = unit;

    /// <summary>Set by work that decided against what it has written.</summary>
    public bool IsUndone { get; private set; }

    public void Undo() => IsUndone = true;

    public Task<T> ReadAsync<T>(Func<UnitOfWork, T> work) => _unit is null
        ? _engine!.RunAsync(unit => Task.FromResult(work(unit)), _cancellationToken)
        : Task.FromResult(work(_unit));

    /// <exception cref="InvalidOperationException">The work only reads.</exception>
    public Task<T> WriteAsync<T>(Func<UnitOfWork, T> work) => _unit is null
        ? throw new InvalidOperationException("Work that reads may not write.")
        : Task.FromResult(work(_unit));

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<UnitOfWork> work) => WriteAsync(unit =>
    {
        work(unit);
        return true;
    });

    /// <summary>A walk that may be long, in the order of an index whose keys are unique: a slice a unit where work only reads.</summary>
    public async IAsyncEnumerable<BsonDocument> WalkAsync(string collection, string index, KeyRange range)
    {
        while (true)
        {
            var slice = await ReadAsync(unit => unit.Read(collection, index, range, UnitOfWork.MaxLimit));
            foreach (var document in slice)
                yield return document;
            if (slice.Count < UnitOfWork.MaxLimit)
                yield break;
            range = range.Behind(slice[^1][index]);
        }
    }
}
