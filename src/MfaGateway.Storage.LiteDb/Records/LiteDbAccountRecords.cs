using LiteDB;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Work;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbAccountRecords(LiteDbScope scope) : IAccountRecords
{
    public Task<Account?> FindAsync(string id) => scope.ReadAsync(unit => Find(unit, id));

    public Task<Account?> FindByUserNameAsync(string foldedUserName) => FindByAsync(Fields.Name, foldedUserName);

    public Task<Account?> FindByEmailAsync(string foldedEmail) => FindByAsync(Fields.Mailbox, foldedEmail);

    public Task<bool> AnyAsync() => scope.ReadAsync(unit => unit.Any(Collections.Accounts, Fields.Id, KeyRange.All));

    public Task<bool> TryAddAsync(Account account) => scope.WriteAsync(unit =>
    {
        var document = From(account);
        if (unit.Find(Collections.Accounts, account.Id) is not null
            || unit.FindBy(Collections.Accounts, Fields.Name, document[Fields.Name]) is not null
            || unit.FindBy(Collections.Accounts, Fields.Mailbox, document[Fields.Mailbox]) is not null)
        {
            return false;
        }

        unit.Put(Collections.Accounts, document);
        unit.Put(Collections.Searched, SearchedOf(account));
        foreach (var group in account.Groups)
            unit.Put(Collections.Members, NewDocument((Fields.Id, Keys.Join(group, account.Id))));
        return true;
    });

    public Task UpdateAsync(Account seen, Account wanted) => scope.WriteAsync(unit =>
    {
        unit.Put(Collections.Accounts, From(wanted));
        var (before, after) = (SearchedOf(seen), SearchedOf(wanted));
        if (before.Id != after.Id)
            unit.Delete(Collections.Searched, before.Id);
        if (!before.Equals(after))
            unit.Put(Collections.Searched, after);
        foreach (var group in seen.Groups.Except(wanted.Groups, StringComparer.Ordinal))
            unit.Delete(Collections.Members, Keys.Join(group, wanted.Id));
        foreach (var group in wanted.Groups.Except(seen.Groups, StringComparer.Ordinal))
            unit.Put(Collections.Members, NewDocument((Fields.Id, Keys.Join(group, wanted.Id))));
    });

    public Task DeleteAsync(string id) => scope.WriteAsync(unit =>
    {
        if (Find(unit, id) is not { } account)
            return;
        Cascades.DeleteAllOfAccount(unit, id);
        foreach (var group in account.Groups)
            unit.Delete(Collections.Members, Keys.Join(group, id));
        unit.Delete(Collections.Searched, SearchedOf(account).Id);
        unit.Delete(Collections.Accounts, id);
    });

    internal static Account? Find(UnitOfWork unit, string id) =>
        id.Length > 0 && unit.Find(Collections.Accounts, id) is { } found ? To(found) : null;

    private Task<Account?> FindByAsync(string index, string key) =>
        scope.ReadAsync(unit => unit.FindBy(Collections.Accounts, index, key) is { } found ? To(found) : null);

    /// <summary>A line each: no word is found across the end of one field and the beginning of the next. The key is searched as well.</summary>
    private static BsonDocument SearchedOf(Account account) => NewDocument(
        (Fields.Id, UserNames.Fold(account.UserName)),
        (Fields.Item, account.Id),
        (Fields.Text, $"{EmailAddress.Fold(account.Email)}\n{UserNames.Fold(account.DisplayName)}"),
        (Fields.Groups, Texts(account.Groups)),
        (Fields.Disabled, Flag(account.Disabled)),
        (Fields.SignedIn, Flag(account.LastSignInAt is not null)));

    private static BsonDocument From(Account account) => NewDocument(
        (Fields.Id, account.Id),
        (Fields.Name, UserNames.Fold(account.UserName)),
        (Fields.Mailbox, EmailAddress.Fold(account.Email)),
        (Fields.UserName, account.UserName),
        (Fields.Email, account.Email),
        (Fields.DisplayName, account.DisplayName),
        (Fields.Groups, Texts(account.Groups)),
        (Fields.Disabled, Flag(account.Disabled)),
        (Fields.Made, Ms(account.CreatedAt)),
        (Fields.Seen, Ms(account.LastSignInAt)),
        (Fields.Epoch, account.SignInEpoch),
        (Fields.Languages, TextOrNone(account.Languages)),
        (Fields.Verified, TextOrNone(account.VerifiedEmail)),
        (Fields.VerifiedAt, Ms(account.VerifiedAt)),
        (Fields.OffByOwner, Flag(account.Codes.OffByOwner)),
        (Fields.OffByAdministrator, Flag(account.Codes.OffByAdministrator)));

    private static Account To(BsonDocument document) => new(
        document.Id, document.Text(Fields.UserName), document.Text(Fields.Email), document.Text(Fields.DisplayName),
        document.Texts(Fields.Groups), document.IsSet(Fields.Disabled), document.Time(Fields.Made), document.TimeOrNull(Fields.Seen))
    {
        SignInEpoch = document.Long(Fields.Epoch),
        Languages = document.TextOrNull(Fields.Languages),
        VerifiedEmail = document.TextOrNull(Fields.Verified),
        VerifiedAt = document.TimeOrNull(Fields.VerifiedAt),
        Codes = new MagicCodeSwitches(document.IsSet(Fields.OffByOwner), document.IsSet(Fields.OffByAdministrator)),
    };
}
