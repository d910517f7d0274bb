using LiteDB;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Work;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbSessionRecords(LiteDbScope scope) : ISessionRecords
{
    public Task AddAsync(GatewaySession session) => scope.WriteAsync(unit => unit.Add(Collections.Sessions, NewDocument(
        (Fields.Id, session.Id),
        (Fields.Token, session.TokenHash),
        (Fields.Owner, Keys.Join(session.AccountId, session.Id)),
        (Fields.End, Ms(session.ExpiresAt)),
        (Fields.Proofs, ProofFields.From(session.Proofs)),
        (Fields.Made, Ms(session.SignedInAt)),
        (Fields.Seen, Ms(session.LastSeenAt)),
        (Fields.Client, session.ClientAddress),
        (Fields.Agent, session.UserAgent))));

    public Task<GatewaySession?> FindByTokenAsync(byte[] tokenHash) =>
        scope.ReadAsync(unit => unit.FindBy(Collections.Sessions, Fields.Token, tokenHash) is { } found ? To(found) : null);

    public Task<GatewaySession?> FindAsync(string id) => scope.ReadAsync(unit => Find(unit, id));

    public Task<IReadOnlyList<GatewaySession>> ListAsync(string accountId) => scope.ReadAsync<IReadOnlyList<GatewaySession>>(unit =>
        [.. unit.ReadOwned(Collections.Sessions, accountId).Select(To).OrderByDescending(session => session.LastSeenAt)]); // keeps the order of ids

    // In no index: one page changes.
    public Task TouchAsync(string id, DateTimeOffset lastSeenAt) => scope.WriteAsync(unit =>
    {
        if (unit.Find(Collections.Sessions, id) is not { } found || found.Long(Fields.Seen) >= lastSeenAt.ToUnixTimeMilliseconds())
            return;
        found[Fields.Seen] = Ms(lastSeenAt);
        unit.Put(Collections.Sessions, found);
    });

    public Task<bool> TryDeleteAsync(string id) => scope.WriteAsync(unit => unit.TryDelete(Collections.Sessions, id));

    public Task SucceedAsync(string endedId, GatewaySession session) => scope.WriteAsync(unit =>
    {
        // A chain is kept short: all of it points to the last.
        var carriedOn = unit.ReadAll(Collections.Successions, Fields.Of, Keys.Under(endedId)).Select(one => one.Id).ToList();
        foreach (var ended in (string[])[.. carriedOn, endedId])
        {
            unit.Put(Collections.Successions, NewDocument(
                (Fields.Id, ended), (Fields.Of, Keys.Join(session.Id, ended)), (Fields.End, Ms(session.ExpiresAt))));
        }
    });

    public Task<GatewaySession?> FindSuccessorAsync(string endedId) => scope.ReadAsync(unit =>
        unit.Find(Collections.Successions, endedId) is { } succession ? Find(unit, Keys.FirstOf(succession.Text(Fields.Of))) : null);

    public Task<IReadOnlyList<Succession>> ListSuccessionsAsync(string after, int count) => scope.ReadAsync<IReadOnlyList<Succession>>(unit =>
    [
        .. unit.Read(Collections.Successions, Fields.Id, KeyRange.Above(after), count)
            .Select(one => new Succession(one.Id, Keys.FirstOf(one.Text(Fields.Of)))),
    ]);

    private static GatewaySession? Find(UnitOfWork unit, string id) =>
        unit.Find(Collections.Sessions, id) is { } found ? To(found) : null;

    private static GatewaySession To(BsonDocument document) => new(
        document.Id, document.Bytes(Fields.Token), document.OwnerId, ProofFields.To(document[Fields.Proofs].AsArray),
        document.Time(Fields.Made), document.Time(Fields.Seen), document.Time(Fields.End), document.Text(Fields.Client),
        document.Text(Fields.Agent));
}
