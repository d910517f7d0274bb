using LiteDB;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage.Records;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbKnownBrowserRecords(LiteDbScope scope) : IKnownBrowserRecords
{
    private static readonly long Day = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    public Task<KnownBrowser?> FindAsync(byte[] tokenHash, string accountId) =>
        scope.ReadAsync(unit => unit.Find(Collections.KnownBrowsers, KeyOf(tokenHash, accountId)) is { } found ? To(found) : null);

    public Task<bool> AnyAsync(byte[] tokenHash, DateTimeOffset now) => scope.ReadAsync(unit =>
        unit.ReadAll(Collections.KnownBrowsers, Fields.Id, Keys.Under(Keys.Text(tokenHash)))
            .Any(one => one.Long(Fields.Exact) > now.ToUnixTimeMilliseconds()));

    public Task SetAsync(KnownBrowser browser) => scope.WriteAsync(unit =>
    {
        var known = unit.Find(Collections.KnownBrowsers, KeyOf(browser.TokenHash, browser.AccountId)) is { } found ? To(found) : null;
        unit.Put(
            Collections.KnownBrowsers,
            From(known is null ? browser : browser with { Id = known.Id, CreatedAt = known.CreatedAt }));
    });

    public Task<IReadOnlyList<KnownBrowser>> ListAsync(string accountId) => scope.ReadAsync<IReadOnlyList<KnownBrowser>>(unit =>
        [.. unit.ReadOwned(Collections.KnownBrowsers, accountId).Select(To).OrderByDescending(browser => browser.LastUsedAt)]); // keeps the order of ids

    public Task<bool> TryDeleteAsync(string accountId, string id) => scope.WriteAsync(unit =>
    {
        if (unit.FindBy(Collections.KnownBrowsers, Fields.Owner, Keys.Join(accountId, id)) is not { } found)
            return false;
        unit.Delete(Collections.KnownBrowsers, found.Id);
        return true;
    });

    public Task DeleteAllAsync(string accountId) => scope.WriteAsync(unit =>
        unit.DeleteAll(Collections.KnownBrowsers, unit.ReadOwned(Collections.KnownBrowsers, accountId)));

    private static string KeyOf(byte[] tokenHash, string accountId) => Keys.Join(Keys.Text(tokenHash), accountId);

    // Its end moves with each use: the index has the day alone, and is written once a day.
    private static BsonDocument From(KnownBrowser browser) => NewDocument(
        (Fields.Id, KeyOf(browser.TokenHash, browser.AccountId)),
        (Fields.Owner, Keys.Join(browser.AccountId, browser.Id)),
        (Fields.End, browser.ExpiresAt.ToUnixTimeMilliseconds() / Day * Day),
        (Fields.Exact, Ms(browser.ExpiresAt)),
        (Fields.Client, browser.ClientAddress),
        (Fields.Agent, browser.UserAgent),
        (Fields.Made, Ms(browser.CreatedAt)),
        (Fields.Seen, Ms(browser.LastUsedAt)));

    private static KnownBrowser To(BsonDocument document) => new(
        Keys.SecondOf(document.Text(Fields.Owner)), Keys.ToBytes(Keys.FirstOf(document.Id)), Keys.SecondOf(document.Id),
        document.Text(Fields.Client), document.Text(Fields.Agent), document.Time(Fields.Made), document.Time(Fields.Seen),
        document.Time(Fields.Exact));
}
