using LiteDB;

namespace MfaGateway.Storage.LiteDb.Documents;

/// <summary>
/// Writes that are decided but not yet applied: each document once, as it is to be, or null where it is deleted. A unit has
/// one, and so has a batch of units.
/// </summary>
internal sealed class Overlay
{
    private readonly Dictionary<string, Dictionary<BsonValue, BsonDocument?>> _collections = new(StringComparer.Ordinal);

    /// <summary>How many documents are put or deleted.</summary>
    public int Count { get; private set; }

    /// <summary>About how many bytes were put, those replaced again included.</summary>
    public long Size { get; private set; }

    public IEnumerable<KeyValuePair<string, Dictionary<BsonValue, BsonDocument?>>> Collections => _collections;

    public bool TryGet(string collection, BsonValue id, out BsonDocument? document)
    {
        document = null;
        return _collections.TryGetValue(collection, out var documents) && documents.TryGetValue(id, out document);
    }

    /// <summary>Null where nothing of the collection was written.</summary>
    public Dictionary<BsonValue, BsonDocument?>? Of(string collection) => _collections.GetValueOrDefault(collection);

    public void Set(string collection, BsonValue id, BsonDocument? document, int size)
    {
        if (!_collections.TryGetValue(collection, out var documents))
            _collections[collection] = documents = [];
        if (!documents.ContainsKey(id))
            Count++;
        documents[id] = document;
        Size += size;
    }

    /// <summary>Takes over what a unit wrote, once it has decided for it.</summary>
    public void Merge(Overlay unit)
    {
        foreach (var (collection, documents) in unit._collections)
        {
            foreach (var (id, document) in documents)
                Set(collection, id, document, 0);
        }

        Size += unit.Size;
    }

    public void Clear()
    {
        _collections.Clear();
        Count = 0;
        Size = 0;
    }
}
