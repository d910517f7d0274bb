using System.Security.Cryptography;
using LiteDB;
using LiteDB.Engine;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Files;
using MfaGateway.Storage.LiteDb.Pages;

namespace MfaGateway.Storage.LiteDb.Documents;

/// <summary>
/// LiteDB over the two streams, on the thread that opened it. What is left out on purpose: its rollback (a failed one loses
/// later writes without a word), its own checkpoints and recovery, Rebuild, DropCollection, the object mapper, unique
/// secondary indexes. After an exception the object is good for nothing but <see cref="Abandon"/>.
/// </summary>
internal sealed class DocumentEngine
{
    private readonly LiteEngine _engine;
    private readonly LogStream _log;
    private readonly EngineAccess _access;
    private readonly Dictionary<string, CollectionQueries> _queries;

    private DocumentEngine(IStoreFiles files, EngineAccess access, IReadOnlyList<CollectionDefinition> collections)
    {
        _access = access;
        _queries = collections.ToDictionary(one => one.Name, one => new CollectionQueries(one), StringComparer.Ordinal);
        (var data, _log) = StoreRecovery.Run(files, access);
        _engine = Start(data, _log);
    }

    /// <summary>Frames in the log since the last checkpoint.</summary>
    public long LogFrames => _log.Frames;

    /// <summary>For measurements.</summary>
    public long LogBytesWritten => _log.BytesWritten;

    /// <summary>Makes an empty store in two empty files.</summary>
    public static void Create(IDurableFile data, IDurableFile log)
    {
        var access = new EngineAccess();
        var header = LogHeader.Create(log, new Guid(RandomNumberGenerator.GetBytes(16)));
        var logStream = new LogStream(log, header, frames: 0, access);
        using var engine = Start(new DataStream(data, logStream, access), logStream);
        engine.Pragma("CHECKPOINT", 0); // only when we say
        logStream.Flush();
        engine.Checkpoint();
    }

    /// <summary>Recovers the files, opens LiteDB and makes the collections and indexes that are missing.</summary>
    /// <exception cref="StoreRefusedException">The store is damaged, half another one, or not made by this program.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public static DocumentEngine Open(IStoreFiles files, IReadOnlyList<CollectionDefinition> collections)
    {
        var access = new EngineAccess();
        DocumentEngine? documents = null;
        try
        {
            documents = new DocumentEngine(files, access, collections);
            documents.Prepare();
            return documents;
        }
        catch (LiteException exception)
        {
            documents?.Abandon();
            throw new StoreRefusedException(
                $"LiteDB cannot use the store {files.Data.Name}, whose pages are whole ({exception.Message}). Restore its two files "
                + "from a backup.",
                exception);
        }
        catch
        {
            documents?.Abandon();
            throw;
        }
    }

    /// <exception cref="ArgumentException">No such collection was declared.</exception>
    public CollectionQueries QueriesOf(string collection) => _queries.TryGetValue(collection, out var queries)
        ? queries
        : throw new ArgumentException($"No collection {collection} was declared when the store was opened.");

    public BsonDocument? Find(CollectionQueries collection, BsonValue id)
    {
        _access.Check();
        using var reader = _engine.Query(collection.Definition.Name, collection.ById(id));
        return reader.Read() ? reader.Current.AsDocument : null;
    }

    /// <summary>Up to <paramref name="limit"/> documents in the order of the range, without those to leave out.</summary>
    public List<BsonDocument> Read(
        CollectionQueries collection, string index, KeyRange range, int limit, Func<BsonValue, bool> leaveOut)
    {
        _access.Check();
        var found = new List<BsonDocument>();
        using var reader = _engine.Query(collection.Definition.Name, collection.ByIndex(index, range));
        while (found.Count < limit && reader.Read())
        {
            var document = reader.Current.AsDocument;
            if (range.Contains(document[index]) && !leaveOut(document["_id"]))
                found.Add(document);
        }

        return found;
    }

    /// <summary>Writes all of it as one transaction, which is durable after <see cref="Sync"/>.</summary>
    public void Apply(Overlay writes)
    {
        _access.Check();
        if (writes.Count == 0)
            return;
        if (!_engine.BeginTrans())
            throw new InvalidOperationException("A transaction of LiteDB is open.");
        foreach (var (collection, documents) in writes.Collections)
        {
            var deleted = documents.Where(one => one.Value is null).Select(one => one.Key).ToList();
            if (deleted.Count > 0)
                _engine.Delete(collection, deleted);
            if (deleted.Count < documents.Count)
                _engine.Upsert(collection, documents.Values.OfType<BsonDocument>(), BsonAutoId.ObjectId);
        }

        if (!_engine.Commit())
            throw new InvalidOperationException("LiteDB committed nothing.");
    }

    public void Sync() => _log.Flush();

    /// <summary>Brings the log into the data file and forgets it.</summary>
    public void Checkpoint()
    {
        _access.Check();
        Sync();
        _engine.Checkpoint();
    }

    /// <summary>A last checkpoint, and the end.</summary>
    public void Close()
    {
        Checkpoint();
        Abandon();
    }

    /// <summary>
    /// Ends LiteDB without letting it near the files. Disposed it must be: a transaction of LiteDB that is left to the
    /// finalizer runs its end on the finalizer's thread.
    /// </summary>
    public void Abandon()
    {
        _access.Revoke();
        _engine.Dispose(); // catches what its parts throw
    }

    private static LiteEngine Start(DataStream data, LogStream log) => new(new EngineSettings
    {
        DataStream = data,
        LogStream = log,
        TempStream = Stream.Null, // nothing is ever sorted: each read is in the order of its index
        Collation = Collation.Binary, // LiteDB's default ignores case
    });

    private void Prepare()
    {
        var existing = _engine.GetCollectionNames().ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var collection in _queries.Values.Select(one => one.Definition))
        {
            if (!existing.Contains(collection.Name))
            {
                _engine.Insert(collection.Name, [new BsonDocument { ["_id"] = "-" }], BsonAutoId.ObjectId); // makes the collection
                _engine.Delete(collection.Name, ["-"]);
            }

            foreach (var index in collection.Indexes)
                _engine.EnsureIndex(collection.Name, index, BsonExpression.Create($"$.{index}"), unique: false);
        }

        Checkpoint();
    }
}
