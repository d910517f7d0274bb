using LiteDB;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Records;
using MfaGateway.Storage.LiteDb.Work;
using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>Whether each index of the gateway's collections has every document that it must have, once, and no other one.</summary>
internal static class StoreStructure
{
    public static async Task CheckAsync(LiteDbEngine engine)
    {
        foreach (var collection in Collections.All)
        {
            var documents = await engine.ReadAllAsync(collection.Name, Fields.Id);
            foreach (var index in collection.Indexes)
                await engine.RunAsync(unit => Check(unit, collection.Name, index, documents));
        }
    }

    private static bool Check(UnitOfWork unit, string collection, string index, IReadOnlyList<BsonDocument> documents)
    {
        var with = documents.Where(document => !document[index].IsNull).ToList();
        var found = with.Select(document => document[index]).Distinct()
            .SelectMany(key => unit.Read(collection, index, KeyRange.Equal(key), UnitOfWork.MaxLimit));
        Assert.Equal(IdsOf(with), IdsOf(found));
        Assert.Equal(Math.Min(with.Count, UnitOfWork.MaxLimit), unit.Read(collection, index, KeyRange.All, UnitOfWork.MaxLimit).Count);
        return true;
    }

    private static IEnumerable<BsonValue> IdsOf(IEnumerable<BsonDocument> documents) => documents.Select(document => document[Fields.Id]).Order();
}
