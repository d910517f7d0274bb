using LiteDB;

namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>Writes and reads the fields of documents: times as unix milliseconds, what is null or false left out.</summary>
internal static class DocumentFields
{
    public static BsonDocument NewDocument(params ReadOnlySpan<(string Name, BsonValue? Value)> fields)
    {
        var document = new BsonDocument();
        foreach (var (name, value) in fields)
        {
            if (value is { IsNull: false })
                document.Add(name, value);
        }

        return document;
    }

    /// <summary>Fractions of a millisecond are dropped.</summary>
    public static BsonValue Ms(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static BsonValue? Ms(DateTimeOffset? time) => time is { } known ? Ms(known) : null;

    public static BsonValue? Flag(bool flag) => flag ? new BsonValue(true) : null;

    public static BsonValue? TextOrNone(string? text) => text is null ? null : new BsonValue(text);

    public static BsonValue? BytesOrNone(byte[]? bytes) => bytes is null ? null : new BsonValue(bytes);

    public static BsonArray Texts(IEnumerable<string> texts) => new(texts.Select(text => new BsonValue(text)));

    extension(BsonDocument document)
    {
        public string Id => document[Fields.Id].AsString;

        /// <summary>The first part of its owner's key.</summary>
        public string OwnerId => Keys.FirstOf(document[Fields.Owner].AsString);

        public string? OwnerIdOrNull => document.TextOrNull(Fields.Owner) is { } key ? Keys.FirstOf(key) : null;

        public string Text(string field) => document[field].AsString;

        public string? TextOrNull(string field) => document[field] is { IsNull: false } value ? value.AsString : null;

        public byte[] Bytes(string field) => document[field].AsBinary;

        public byte[]? BytesOrNull(string field) => document[field] is { IsNull: false } value ? value.AsBinary : null;

        public bool IsSet(string field) => !document[field].IsNull;

        public int Int(string field) => document[field] is { IsNull: false } value ? value.AsInt32 : 0;

        public long Long(string field) => document[field] is { IsNull: false } value ? value.AsInt64 : 0;

        public DateTimeOffset Time(string field) => DateTimeOffset.FromUnixTimeMilliseconds(document[field].AsInt64);

        public DateTimeOffset? TimeOrNull(string field) => document.IsSet(field) ? document.Time(field) : null;

        public IReadOnlyList<string> Texts(string field) =>
            document[field] is BsonArray array ? [.. array.Select(value => value.AsString)] : [];
    }
}
