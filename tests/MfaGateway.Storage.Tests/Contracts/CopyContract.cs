using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Copies;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Core.Throttling;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

/// <summary>What is read from one engine and written into another is the same.</summary>
public abstract class CopyContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public Task Everything_moves_to_SQLite() => MovesAsync(StoreEngine.Sqlite);

    [Fact]
    public Task Everything_moves_to_PostgreSQL() => MovesAsync(StoreEngine.PostgreSql);

    [Fact]
    public Task Everything_moves_to_LiteDB() => MovesAsync(StoreEngine.LiteDb);

    [Fact]
    public async Task A_store_that_is_being_filled_is_not_opened_until_it_is_whole()
    {
        await using var place = await StoreEngine.Sqlite.AddPlaceAsync();
        await using var target = place.ConnectWithoutKey();
        await target.Lifecycle.BeginFillingAsync(Token);

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => target.Lifecycle.OpenAsync(mayCreate: true, Token));
        Assert.Contains("interrupted", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreRefusedException>(() => target.Lifecycle.BeginFillingAsync(Token));

        await target.Lifecycle.EndFillingAsync(Token);
        await target.Lifecycle.OpenAsync(mayCreate: false, Token);
    }

    [Fact]
    public async Task A_store_with_an_account_is_not_filled()
    {
        await AddAccountAsync();

        await Assert.ThrowsAsync<StoreRefusedException>(() => Store.Lifecycle.BeginFillingAsync(Token));
    }

    [Fact]
    public async Task A_backup_holds_nothing_that_is_over_in_a_day()
    {
        await FillAsync();

        var items = await ReadAsync(Store, CopyExtent.Lasting);

        Assert.All(items.OfType<KeptAccount>(), kept => Assert.True(kept is { Sessions: [], Flows: [], Pending: [], PasswordTokens: [], Browsers: [] }));
        Assert.DoesNotContain(items, item => item is KeptMail or KeptCodeRequest or KeptSuccession);
        Assert.Contains(items, item => item is KeptAccount { Password: not null, Authenticators.Count: 1, RecoveryCodes.Hashes.Count: 1 });
        Assert.IsType<KeptAuditHead>(items[^1]);
    }

    [Fact]
    public async Task Accounts_that_change_while_they_are_read_are_read_again()
    {
        var ada = await AddAccountAsync("ada");
        var bob = await AddAccountAsync("bob");
        var items = new List<KeptItem>();
        await foreach (var item in new StoreReading(Store.Transactions, CopyExtent.Lasting).ReadAsync(Token))
        {
            items.Add(item);
            if (items.OfType<KeptAccount>().Count() != 2 || item is not KeptAccount)
                continue;

            await Store.Passwords.SetHashAsync(ada.Id, "the new one", Now, NewTrace(ada.Id, AuditEvents.PasswordSet), Token);
            await Store.Administration.DeleteAsync(bob.Id, "bob", "admins", NewTrace(bob.Id, AuditEvents.AccountDeleted), Token);
        }

        Assert.Equal("the new one", items.OfType<KeptAccount>().Last(kept => kept.Account.Id == ada.Id).Password!.Hash);
        Assert.Equal(bob.Id, Assert.Single(items.OfType<KeptAccountGone>()).AccountId);
    }

    private async Task MovesAsync(StoreEngine to)
    {
        await FillAsync();
        var items = await ReadAsync(Store, CopyExtent.Everything);
        await using var place = await to.AddPlaceAsync();
        await using var target = place.ConnectWithoutKey();

        await target.Lifecycle.BeginFillingAsync(Token);
        await new StoreWriting(target.Transactions).WriteAsync([.. items.Select(item => KeptJson.Read(KeptJson.Write(item)))], Token);
        await target.Lifecycle.EndFillingAsync(Token);

        var copied = await ReadAsync(target, CopyExtent.Everything);
        Assert.Equal(TextsOf(items), TextsOf(copied));
        Assert.Equal(DigestOf(items), DigestOf(copied));
    }

    private static async Task<List<KeptItem>> ReadAsync(StoreServices store, CopyExtent extent)
    {
        var items = new List<KeptItem>();
        await foreach (var item in new StoreReading(store.Transactions, extent).ReadAsync(Token))
            items.Add(item);
        return items;
    }

    private static IEnumerable<string> TextsOf(IEnumerable<KeptItem> items) =>
        items.Select(item => System.Text.Encoding.UTF8.GetString(KeptJson.Write(item))).Order(StringComparer.Ordinal);

    private static StoreDigest DigestOf(IEnumerable<KeptItem> items)
    {
        var digest = new StoreDigest();
        foreach (var item in items)
            digest.Add(item);
        return digest;
    }

    /// <summary>One of each thing that is kept, with every field that may be empty both ways.</summary>
    private async Task FillAsync()
    {
        var ada = await AddAccountAsync("ada");
        await AddAccountAsync("bob");
        var gone = await AddAccountAsync("gone");
        await Store.Administration.DeleteAsync(gone.Id, "gone", "admins", NewTrace(gone.Id, AuditEvents.AccountDeleted), Token);
        var phone = await AddAuthenticatorAsync(ada.Id);
        Assert.True(await Store.Totp.TryAdvanceTotpStepAsync(phone.Id, phone.LastUsedStep + 1, Now, Token));
        var session = await StartSessionAsync(ada.Id);
        await AddFlowAsync(ada.Id, session.Id);
        var flow = await AddFlowAsync(ada.Id);
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, flow.Id), Now, Token);
        await Store.Transactions.WriteAsync(
            async transaction =>
            {
                await transaction.RecoveryCodes.ReplaceAsync(ada.Id, new NewRecoveryCodes([1, 2], [[3], [4]]), Now);
                await transaction.RecoveryCodes.TryConsumeAsync(ada.Id, [3], Now);
                await transaction.EnrollmentCodes.SetAsync(ada.Id, new EnrollmentCodeRecord([5], Now, Now.AddDays(1), flow.Id));
                await transaction.PasswordTokens.SetAsync(ada.Id, new PasswordToken([6], PasswordTokenPurpose.Reset, Now, Now.AddMinutes(30)));
                await transaction.KnownBrowsers.SetAsync(
                    new KnownBrowser(Identifiers.New(), [7], ada.Id, "192.0.2.1", "Mozilla", Now, Now.AddDays(1), Now.AddDays(90)));
                await transaction.Sessions.SucceedAsync("an ended one", session);
                await transaction.Facts.SetAsync("a fact", [8, 0, 255]);
                await transaction.Facts.SetAsync("an empty one", []);
                await transaction.Applications.TryAddSecretAsync(new ApplicationSecretRow("wiki", 1, [9], Now));
                await transaction.Applications.TryAddSecretAsync(new ApplicationSecretRow("wiki", 2, [10], Now));
                await transaction.Applications.SetSettingsAsync("wiki", new ApplicationSettings(8, 5));
                await transaction.SigningKeys.TryAddAsync(new SigningKeyRow(1, "kid", [11], Now, Now.AddHours(1)));
                await WriteRequestsAsync(transaction, ada, flow.Id);
                await WriteMailsAsync(transaction, ada);
                await WriteAttemptsAsync(transaction, ada);
            },
            Token);
    }

    private static async Task WriteRequestsAsync(Transaction transaction, Account ada, string flowId)
    {
        var used = new CodeRequest(
            Identifiers.New(), [12], ada.Id, "wiki", ada.Email, "two-factor", "/a?b=ä", 42, "192.0.2.1", "Mozilla", 2, Now, Now, Now.AddDays(2),
            CodeRequestState.Used)
        { UsedCodeId = "the code" };
        await transaction.CodeRequests.TryAddAsync(used);
        await transaction.CodeRequests.TryAddAsync(
            used with { Id = Identifiers.New(), TokenHash = [13], State = CodeRequestState.Open, FlowId = flowId, UsedCodeId = null });
        await transaction.CodeRequests.TryAddAsync(
            used with { Id = Identifiers.New(), TokenHash = [14], AccountId = null, State = CodeRequestState.Open, Registers = true, UsedCodeId = null });
        await transaction.IssuedCodes.AddAsync(
            new IssuedCode("the code", used.Id, 1, MagicCodeMethod.TotpSha256, 6, 2, 1234, Now, Now.AddMinutes(5), [15]));
    }

    private static async Task WriteMailsAsync(Transaction transaction, Account ada)
    {
        var mail = new OutboxMail(Identifiers.New(), ada.Id, "notice", [16], Now);
        await transaction.Mail.AddAsync(mail);
        var failed = mail with { Id = Identifiers.New(), DeliverBy = Now.AddHours(1) };
        await transaction.Mail.AddAsync(failed);
        var failure = new MailFailure(MailFault.TimedOut, 550, Now);
        await transaction.Mail.TryUpdateAsync(new MailRecord(failed, 1, Now.AddMinutes(1), failure, ExpiresAt: null), attempts: 0);
        var givenUp = mail with { Id = Identifiers.New() };
        await transaction.Mail.AddAsync(givenUp);
        await transaction.Mail.TryUpdateAsync(new MailRecord(givenUp, 3, DueAt: null, failure, Now.AddDays(1)), attempts: 0);
    }

    private static async Task WriteAttemptsAsync(Transaction transaction, Account ada)
    {
        foreach (var (key, account) in new[] { ("address/192.0.2.1/short", null), ($"account/{ada.Id}/codes", ada.Id) })
        {
            var bucket = new AttemptBucket(AttemptLimit.Codes, key, 5, TimeSpan.FromMinutes(15)) { AccountId = account };
            await transaction.Attempts.HoldAsync(bucket);
            await transaction.Attempts.SaveAsync(bucket, new AttemptState(3, Now.AddMinutes(15), account is null, 1, 7), Now.AddDays(1));
        }
    }
}

public sealed class CopiesFromSqlite() : CopyContract(StoreEngine.Sqlite);

public sealed class CopiesFromPostgreSql() : CopyContract(StoreEngine.PostgreSql);

public sealed class CopiesFromLiteDb() : CopyContract(StoreEngine.LiteDb);

public sealed class CopiesFromMemory() : CopyContract(StoreEngine.Memory);
