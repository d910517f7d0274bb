using LiteDB;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Work;

namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>What most record sets ask of a unit.</summary>
internal static class UnitReading
{
    extension(UnitOfWork unit)
    {
        /// <summary>The first document with this key in an index.</summary>
        public BsonDocument? FindBy(string collection, string index, BsonValue key) =>
            unit.FindFirst(collection, index, KeyRange.Equal(key));

        /// <summary>The first document of a range, in its order.</summary>
        public BsonDocument? FindFirst(string collection, string index, KeyRange range) =>
            unit.Read(collection, index, range, limit: 1) is [var first] ? first : null;

        public bool Any(string collection, string index, KeyRange range) => unit.FindFirst(collection, index, range) is not null;

        /// <summary>
        /// All documents of a range, in slices but in one unit: for what one account, request or session has. The keys are unique.
        /// </summary>
        public IEnumerable<BsonDocument> ReadAll(string collection, string index, KeyRange range, int most = int.MaxValue)
        {
            while (most > 0)
            {
                var limit = Math.Min(most, UnitOfWork.MaxLimit);
                var slice = unit.Read(collection, index, range, limit);
                foreach (var document in slice)
                    yield return document;
                if (slice.Count < limit)
                    yield break;
                range = range.Behind(slice[^1][index]);
                most -= slice.Count;
            }
        }

        /// <summary>What belongs to an account, in the order of ids.</summary>
        public IEnumerable<BsonDocument> ReadOwned(string collection, string accountId) =>
            unit.ReadAll(collection, Fields.Owner, Keys.Under(accountId));

        /// <summary>Puts a document that is not there yet.</summary>
        /// <exception cref="InvalidOperationException">There is one with its id.</exception>
        public void Add(string collection, BsonDocument document)
        {
            if (unit.Find(collection, document[Fields.Id]) is not null)
                throw new InvalidOperationException($"There is a document {document[Fields.Id]} in {collection} already.");
            unit.Put(collection, document);
        }

        /// <returns>False, with nothing written, where there is one with its id.</returns>
        public bool TryAdd(string collection, BsonDocument document)
        {
            if (unit.Find(collection, document[Fields.Id]) is not null)
                return false;
            unit.Put(collection, document);
            return true;
        }

        /// <returns>Whether there was one.</returns>
        public bool TryDelete(string collection, BsonValue id)
        {
            if (unit.Find(collection, id) is null)
                return false;
            unit.Delete(collection, id);
            return true;
        }

        /// <returns>How many they were.</returns>
        public int DeleteAll(string collection, IEnumerable<BsonDocument> documents)
        {
            var deleted = 0;
            foreach (var document in documents.ToList())
            {
                unit.Delete(collection, document[Fields.Id]);
                deleted++;
            }

            return deleted;
        }
    }
}
