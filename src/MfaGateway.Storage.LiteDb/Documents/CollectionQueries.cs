using LiteDB;

namespace MfaGateway.Storage.LiteDb.Documents;

/// <summary>
/// The parsed expressions of one collection, each with parameters that are set before it runs. LiteDB compiles each expression
/// and keeps it for ever by its text, so that a value must never be part of the text (as <c>Query.EQ</c> has it).
/// </summary>
internal sealed class CollectionQueries
{
    private readonly BsonExpression _byId = BsonExpression.Create("$._id = @0", BsonValue.Null);
    private readonly Dictionary<string, (BsonExpression Equal, BsonExpression Between, BsonExpression Key)> _byIndex = new(StringComparer.Ordinal);

    public CollectionQueries(CollectionDefinition definition)
    {
        Definition = definition;
        foreach (var index in (string[])["_id", .. definition.Indexes])
        {
            _byIndex[index] = (
                BsonExpression.Create($"$.{index} = @0", BsonValue.Null),
                BsonExpression.Create($"$.{index} BETWEEN @0 AND @1", BsonValue.Null, BsonValue.Null),
                BsonExpression.Create($"$.{index}"));
        }
    }

    public CollectionDefinition Definition { get; }

    /// <exception cref="ArgumentException">The collection has no such index.</exception>
    public void Require(string index)
    {
        if (!_byIndex.ContainsKey(index))
            throw new ArgumentException($"{Definition.Name} has no index of {index}.");
    }

    public Query ById(BsonValue id)
    {
        _byId.Parameters["0"] = id;
        return new Query { Where = { _byId }, Limit = 1 };
    }

    /// <summary>Both ends of the range are included; the reader leaves out what does not belong.</summary>
    public Query ByIndex(string index, KeyRange range)
    {
        var (equal, between, key) = _byIndex[index];
        if (range.From == range.To)
        {
            equal.Parameters["0"] = range.From;
            return new Query { Where = { equal } };
        }

        between.Parameters["0"] = range.From;
        between.Parameters["1"] = range.To;
        return new Query { Where = { between }, OrderBy = key, Order = range.IsDescending ? Query.Descending : Query.Ascending };
    }
}
