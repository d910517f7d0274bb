using System.Text;
using LiteDB;

namespace MfaGateway.Storage.LiteDb.Documents;

/// <summary>
/// Copies documents into and out of the buffer of a unit, so that neither the unit nor the next one can change what was put,
/// and refuses what LiteDB would refuse only when it writes: a fault there would end the engine.
/// </summary>
internal static class DocumentCopy
{
    /// <summary>Of a document, in bytes. Far below LiteDB's own limit (16 MiB).</summary>
    public const int MaxDocument = 1 << 20;

    /// <summary>Of an <c>_id</c> or an indexed value, in bytes of UTF-8: room for the longest address. LiteDB takes 1,023 bytes.</summary>
    public const int MaxKey = 1000;

    /// <summary>A copy, and about how many bytes it has.</summary>
    /// <exception cref="ArgumentException">An id, a key or a type that is not allowed, or too large.</exception>
    public static (BsonDocument Copy, int Size) Checked(BsonDocument document, CollectionDefinition collection)
    {
        RequireId(document["_id"]);
        foreach (var index in collection.Indexes)
            RequireKey(collection.Name, index, document[index]);
        var size = 0;
        var copy = Copy(document, ref size);
        return size <= MaxDocument
            ? (copy, size)
            : throw new ArgumentException($"A document of {collection.Name} has {size} bytes; at most {MaxDocument} are allowed.");
    }

    public static BsonDocument Of(BsonDocument document)
    {
        var size = 0;
        return Copy(document, ref size);
    }

    /// <exception cref="ArgumentException">Neither a text of 1 to 1,000 bytes nor a 64-bit number.</exception>
    public static void RequireId(BsonValue id)
    {
        if (!id.IsInt64 && (!id.IsString || id.AsString.Length == 0 || !Fits(id)))
            throw new ArgumentException($"An _id must be a text of 1 to {MaxKey} bytes or a 64-bit number, not {id.Type}.");
    }

    /// <summary>Whether it is a text that no document can have for its <c>_id</c>.</summary>
    public static bool IsTooLong(BsonValue id) => id.IsString && !Fits(id);

    private static void RequireKey(string collection, string index, BsonValue key)
    {
        var allowed = key.Type is BsonType.Null or BsonType.String or BsonType.Int64 or BsonType.Binary or BsonType.Boolean;
        if (!allowed || !Fits(key))
        {
            throw new ArgumentException(
                $"The indexed field {index} of {collection} must be a text or binary value of at most {MaxKey} bytes, a 64-bit "
                + $"number or a boolean, not {key.Type}.");
        }
    }

    private static bool Fits(BsonValue key) => key.Type switch
    {
        BsonType.String => Encoding.UTF8.GetByteCount(key.AsString) <= MaxKey,
        BsonType.Binary => key.AsBinary.Length <= MaxKey,
        _ => true,
    };

    private static BsonDocument Copy(BsonDocument document, ref int size)
    {
        var copy = new BsonDocument();
        foreach (var (name, value) in document)
        {
            size += name.Length + 2;
            copy[name] = Copy(value, ref size);
        }

        return copy;
    }

    private static BsonValue Copy(BsonValue value, ref int size)
    {
        switch (value.Type)
        {
            case BsonType.Null or BsonType.Boolean:
                size++;
                return value;
            case BsonType.Int32 or BsonType.Int64 or BsonType.Double:
                size += 8;
                return value;
            case BsonType.String:
                size += 5 + 3 * value.AsString.Length; // at most; exactly is not needed
                return value;
            case BsonType.Binary:
                size += 5 + value.AsBinary.Length;
                return value;
            case BsonType.Document:
                return Copy(value.AsDocument, ref size);
            case BsonType.Array:
                var array = new BsonArray();
                foreach (var one in value.AsArray)
                    array.Add(Copy(one, ref size));
                return array;
            default:
                // LiteDB's dates lose their offset and part of a millisecond: times are stored as unix milliseconds.
                throw new ArgumentException($"A document must not have a value of type {value.Type}.");
        }
    }
}
