using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Work;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbDeletedAccountRecords(LiteDbScope scope) : IDeletedAccountRecords
{
    public Task AddAsync(string accountId, string userName, DateTimeOffset at) => scope.WriteAsync(unit => unit.TryAdd(
        Collections.DeletedAccounts,
        NewDocument(
            (Fields.Id, accountId),
            (Fields.Name, Keys.Join(UserNames.Fold(userName), accountId)),
            (Fields.UserName, userName),
            (Fields.End, Ms(at)))));

    public Task<string?> FindNameAsync(string accountId) =>
        scope.ReadAsync(unit => unit.Find(Collections.DeletedAccounts, accountId)?.Text(Fields.UserName));

    public Task<string?> FindIdAsync(string foldedUserName) => scope.ReadAsync(unit =>
        unit.ReadAll(Collections.DeletedAccounts, Fields.Name, Keys.Under(foldedUserName)).MaxBy(one => one.Long(Fields.End))?.Id);

    public Task TrimAsync(DateTimeOffset olderThan) => scope.WriteAsync(unit =>
    {
        while (unit.DeleteAll(
            Collections.DeletedAccounts,
            unit.Read(Collections.DeletedAccounts, Fields.End, KeyRange.Below(Ms(olderThan)), UnitOfWork.MaxLimit)) > 0)
        {
        }
    });

    public Task<IReadOnlyList<DeletedAccount>> ListAllAsync(string after, int count) => scope.ReadAsync<IReadOnlyList<DeletedAccount>>(unit =>
    [
        .. unit.Read(Collections.DeletedAccounts, Fields.Id, KeyRange.Above(after), count)
            .Select(one => new DeletedAccount(one.Id, one.Text(Fields.UserName), one.Time(Fields.End))),
    ]);
}
