using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Storage.Records;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbPasswordTokenRecords(LiteDbScope scope) : IPasswordTokenRecords
{
    public Task<AccountPasswordToken?> FindAsync(byte[] tokenHash) => scope.ReadAsync(unit =>
        unit.Find(Collections.PasswordTokens, Keys.Text(tokenHash)) is { OwnerIdOrNull: { } account } found
            ? new AccountPasswordToken(account, new PasswordToken(
                tokenHash, (PasswordTokenPurpose)found.Int(Fields.Kind), found.Time(Fields.Made), found.Time(Fields.End)))
            : null);

    public Task SetAsync(string? accountId, PasswordToken token) => scope.WriteAsync(unit =>
    {
        var owner = Keys.JoinIf(accountId, Keys.Text((long)token.Purpose));
        if (owner is not null && unit.FindBy(Collections.PasswordTokens, Fields.Owner, owner) is { } before)
            unit.Delete(Collections.PasswordTokens, before.Id);
        unit.Add(Collections.PasswordTokens, NewDocument(
            (Fields.Id, Keys.Text(token.Hash)),
            (Fields.Owner, TextOrNone(owner)),
            (Fields.End, Ms(token.ExpiresAt)),
            (Fields.Kind, (int)token.Purpose),
            (Fields.Made, Ms(token.MadeAt))));
    });

    public Task<bool> TryTakeAsync(byte[] tokenHash) =>
        scope.WriteAsync(unit => unit.TryDelete(Collections.PasswordTokens, Keys.Text(tokenHash)));

    public Task DeleteAsync(string accountId, PasswordTokenPurpose? purpose) => scope.WriteAsync(unit => unit.DeleteAll(
        Collections.PasswordTokens,
        unit.ReadOwned(Collections.PasswordTokens, accountId)
            .Where(one => purpose is null || one.Int(Fields.Kind) == (int)purpose)));

    public Task<IReadOnlyList<PasswordToken>> ListAsync(string accountId) => scope.ReadAsync<IReadOnlyList<PasswordToken>>(unit =>
    [
        .. unit.ReadOwned(Collections.PasswordTokens, accountId).Select(one => new PasswordToken(
            Keys.ToBytes(one.Id), (PasswordTokenPurpose)one.Int(Fields.Kind), one.Time(Fields.Made), one.Time(Fields.End))),
    ]);
}
