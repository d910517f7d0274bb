using LiteDB;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Pages;

namespace MfaGateway.Storage.LiteDb.Work;

/// <summary>
/// What one unit reads and wants written. It is alone while it runs, so that what it read still holds when it writes. Writes
/// are buffered, and its own reads see them; they count when the unit returns, and are dropped when it throws. A document
/// that is returned or put is a copy: changing it afterwards changes nothing.
/// </summary>
/// <exception cref="InvalidOperationException">From every member: another thread, or after the unit has ended.</exception>
/// <exception cref="StoreUnavailableException">From every read: the engine failed; the unit is not written.</exception>
internal sealed class UnitOfWork
{
    /// <summary>Documents of one read, at most. What may be longer is read in slices, one unit each: all others wait meanwhile.</summary>
    public const int MaxLimit = 500;

    private readonly DocumentEngine _documents;
    private readonly EngineAccess _access;
    private readonly Overlay _batch;
    private readonly Overlay _own = new();
    private bool _ended;

    internal UnitOfWork(DocumentEngine documents, EngineAccess access, Overlay batch) =>
        (_documents, _access, _batch) = (documents, access, batch);

    /// <summary>What the engine threw at a read, even where the unit caught it.</summary>
    internal Exception? EngineFault { get; private set; }

    /// <summary>The document with this <c>_id</c>, or null; what strangers name may be longer than any.</summary>
    /// <exception cref="ArgumentException">No such collection, or not a possible id.</exception>
    public BsonDocument? Find(string collection, BsonValue id)
    {
        Check();
        var queries = _documents.QueriesOf(collection);
        if (DocumentCopy.IsTooLong(id))
            return null;
        DocumentCopy.RequireId(id);
        if (_own.TryGet(collection, id, out var document) || _batch.TryGet(collection, id, out document))
            return document is null ? null : DocumentCopy.Of(document);
        return FromEngine(() => _documents.Find(queries, id));
    }

    /// <summary>
    /// The first <paramref name="limit"/> (1 to 500) documents whose key in <paramref name="index"/> (a declared field, or
    /// <c>_id</c>) is in the range, in the order of the keys.
    /// </summary>
    /// <exception cref="ArgumentException">No such collection or index, or a limit that is not allowed.</exception>
    public IReadOnlyList<BsonDocument> Read(string collection, string index, KeyRange range, int limit)
    {
        Check();
        if (limit is < 1 or > MaxLimit)
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"1 to {MaxLimit}");
        var queries = _documents.QueriesOf(collection);
        queries.Require(index);
        var (own, batch) = (_own.Of(collection), _batch.Of(collection));
        var stored = FromEngine(() => _documents.Read(
            queries, index, range, limit, id => own?.ContainsKey(id) == true || batch?.ContainsKey(id) == true));
        if (own is null && batch is null)
            return stored;

        var all = stored.Concat(Buffered(own, batch).Where(one => range.Contains(one[index])).Select(DocumentCopy.Of));
        var ordered = range.IsDescending
            ? all.OrderByDescending(one => one[index], Collation.Binary)
            : all.OrderBy(one => one[index], Collation.Binary);
        return ordered.Take(limit).ToList();
    }

    /// <summary>The document with its <c>_id</c> is this one from now on, whether there was one or not.</summary>
    /// <exception cref="ArgumentException">
    /// No such collection; an id, a key or a value of a type that is not allowed (an id is a text or 64-bit number, a time is
    /// unix milliseconds); more than 1 MiB.
    /// </exception>
    public void Put(string collection, BsonDocument document)
    {
        Check();
        var (copy, size) = DocumentCopy.Checked(document, _documents.QueriesOf(collection).Definition);
        _own.Set(collection, copy["_id"], copy, size);
    }

    /// <summary>Nothing happens where there is no such document.</summary>
    /// <exception cref="ArgumentException">No such collection, or not a possible id.</exception>
    public void Delete(string collection, BsonValue id)
    {
        Check();
        _documents.QueriesOf(collection);
        if (DocumentCopy.IsTooLong(id))
            return;
        DocumentCopy.RequireId(id);
        _own.Set(collection, id, null, 0);
    }

    /// <summary>Drops what the unit has written so far. It may go on and write other things.</summary>
    public void Undo()
    {
        Check();
        _own.Clear();
    }

    /// <summary>Ends the unit; its writes join the batch when it decided for them.</summary>
    internal void End(bool keep)
    {
        _ended = true;
        if (keep)
            _batch.Merge(_own);
    }

    private void Check()
    {
        _access.Check();
        if (_ended)
            throw new InvalidOperationException("The unit has ended: it awaited something other than its transaction, or kept it.");
    }

    private static IEnumerable<BsonDocument> Buffered(
        Dictionary<BsonValue, BsonDocument?>? own, Dictionary<BsonValue, BsonDocument?>? batch)
    {
        foreach (var document in own?.Values.OfType<BsonDocument>() ?? [])
            yield return document;
        foreach (var (id, document) in batch ?? [])
        {
            if (document is not null && own?.ContainsKey(id) != true)
                yield return document;
        }
    }

    private T FromEngine<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) // all of them: after one, the engine's memory is not to be trusted
        {
            EngineFault = exception;
            throw new StoreUnavailableException($"The store could not be read: {exception.Message}", exception);
        }
    }
}
