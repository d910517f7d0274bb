using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Storage.Sql;

public sealed class SqlMagicCodeStore : IMagicCodeStore
{
    private const string GoodCode =
        """
        EXISTS (SELECT 1 FROM magic_codes WHERE magic_codes.id = @CodeId AND request_id = code_requests.id
          AND issued_at <= @Now AND magic_codes.expires_at > @Now)
        """;

    /// <summary>Two requests of one account in the same five minutes have codes of the same value: typed once, it is spent for both.</summary>
    private const string UnusedValue =
        """
         AND NOT EXISTS (SELECT 1 FROM code_requests AS other
          JOIN magic_codes AS spent ON spent.id = other.used_code_id
          JOIN magic_codes AS mine ON mine.id = @CodeId
          WHERE other.account_id = code_requests.account_id AND other.application_id = code_requests.application_id
            AND other.id <> code_requests.id AND spent.method = mine.method AND spent.generation = mine.generation AND spent.step = mine.step)
        """;

    private readonly SqlDatabase _database;

    internal SqlMagicCodeStore(SqlDatabase database) => _database = database;

    public Task<bool> AddAsync(CodeRequest request, IssuedCode? code, ChangeTrace? trace, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                if (request.FlowId is not null && !await MayAddToFlowAsync(scope, request))
                    return false;

                // Of two first codes that one flow asks for at the same moment, one is made.
                var added = await scope.ExecuteAsync(
                    """
                    INSERT INTO code_requests (id, token_hash, flow_id, account_id, application_id, email, registers, policy_name,
                      return_url, match_number, client_address, user_agent, codes_sent, last_sent_at, created_at, expires_at, state)
                    VALUES (@Id, @TokenHash, @FlowId, @AccountId, @ApplicationId, @Email, @Registers, @PolicyName,
                      @ReturnUrl, @MatchNumber, @ClientAddress, @UserAgent, @CodesSent, @LastSentAt, @CreatedAt, @ExpiresAt, @State)
                    ON CONFLICT (flow_id) DO NOTHING
                    """,
                    CodeRequestRow.From(request));
                if (added == 1)
                    await KeepAsync(scope, code, trace);
                return added == 1;
            },
            cancellationToken);

    public Task<bool> TryAddCodeAsync(CodeRequest request, IssuedCode? code, ChangeTrace? trace, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                var saved = await scope.ExecuteAsync(
                    """
                    UPDATE code_requests SET codes_sent = @CodesSent, last_sent_at = @LastSentAt, expires_at = @ExpiresAt
                    WHERE id = @Id AND codes_sent = @CodesSent - 1 AND state = 0
                    """,
                    CodeRequestRow.From(request));
                if (saved == 1)
                    await KeepAsync(scope, code, trace);
                return saved == 1;
            },
            cancellationToken);

    public Task<CodeRequest?> FindAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        FindRequestAsync("token_hash = @Key AND created_at <= @Latest AND expires_at > @Now", tokenHash, now, cancellationToken);

    public Task<CodeRequest?> FindOfFlowAsync(string flowId, DateTimeOffset now, CancellationToken cancellationToken) =>
        FindRequestAsync("flow_id = @Key AND created_at <= @Latest AND expires_at > @Now", flowId, now, cancellationToken);

    public Task<LinkedCode?> FindByLinkAsync(byte[] linkHash, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope =>
            {
                if (await scope.FindAsync<IssuedCodeRow>($"{IssuedCodeRow.Selected} WHERE link_hash = @LinkHash", new { LinkHash = linkHash }) is not { } code)
                    return null;
                var request = await scope.FindAsync<CodeRequestRow>($"{CodeRequestRow.Selected} WHERE id = @RequestId", new { code.RequestId });
                return request is null ? null : new LinkedCode(request.ToRequest(), code.ToCode());
            },
            cancellationToken);

    public Task<IReadOnlyList<IssuedCode>> ListCodesAsync(string requestId, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<IssuedCode>>(
            async scope =>
            {
                var rows = await scope.ListAsync<IssuedCodeRow>(
                    $"{IssuedCodeRow.Selected} WHERE request_id = @RequestId ORDER BY number", new { RequestId = requestId });
                return [.. rows.Select(row => row.ToCode())];
            },
            cancellationToken);

    public Task<long?> FindNewestUsedStepAsync(string? accountId, string applicationId, int generation, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            scope => scope.ScalarAsync<long?>(
                """
                SELECT MAX(spent.step) FROM code_requests JOIN magic_codes AS spent ON spent.id = code_requests.used_code_id
                WHERE code_requests.account_id = @AccountId AND code_requests.application_id = @ApplicationId AND spent.generation = @Generation
                """,
                new { AccountId = accountId, ApplicationId = applicationId, Generation = (long)generation }),
            cancellationToken);

    public Task<bool> TryConsumeMagicCodeAsync(
        string requestId, string codeId, MagicCodeUse use, Registrant? registers, DateTimeOffset now, CancellationToken cancellationToken) =>
        TryConsumeMagicCodeAsync(requestId, codeId, use, registers, entry: null, now, cancellationToken);

    public Task<bool> TryConsumeMagicCodeAsync(
        string requestId, string codeId, MagicCodeUse use, Registrant? registers, AuditEntry? entry, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                // It leaves its flow: the flow may ask for another code later, and what was typed is remembered when the flow is gone.
                // All uses for one account meet at its row, so that no two of the same value both find it unused.
                var accountId = await scope.ScalarAsync<string>("SELECT account_id FROM code_requests WHERE id = @RequestId", new { RequestId = requestId });
                if (accountId is not null && !await SignedInState.LockAccountAsync(scope, accountId))
                    return false;

                var used = await scope.ExecuteAsync(
                    $"""
                    UPDATE code_requests SET state = 1, used_code_id = @UsedCodeId, expires_at = @KeptUntil, flow_id = NULL
                    WHERE id = @RequestId AND state = 0 AND {GoodCode}{(use == MagicCodeUse.Typed ? UnusedValue : string.Empty)}
                    """,
                    new
                    {
                        RequestId = requestId,
                        CodeId = codeId,
                        Now = Columns.FromTime(now),
                        UsedCodeId = codeId, // by its link too: the mail with the value lies open somewhere
                        KeptUntil = Columns.FromTime(now + IMagicCodeStore.UsedKeptFor),
                    });
                return used == 1 && await EnterAsync(scope, requestId, registers, entry, now);
            },
            cancellationToken);

    public Task<CodeApproval> ApproveAsync(
        string requestId, string codeId, int number, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                // The account before its flow, and the flow before its request, as everywhere.
                var accountId = await scope.ScalarAsync<string>("SELECT account_id FROM code_requests WHERE id = @RequestId", new { RequestId = requestId });
                if (accountId is not null && !await SignedInState.LockAccountAsync(scope, accountId))
                    return CodeApproval.Over;
                var flow = new { FlowId = await scope.ScalarAsync<string>("SELECT flow_id FROM code_requests WHERE id = @RequestId", new { RequestId = requestId }) };
                if (flow.FlowId is not null)
                    await scope.ScalarAsync<string>($"SELECT id FROM challenge_flows WHERE id = @FlowId{scope.Dialect.LockRows}", flow);

                // Right or wrong is decided in the statement that spends the one try.
                var state = await scope.ScalarAsync<long?>(
                    $"""
                    UPDATE code_requests SET state = CASE WHEN match_number = @Number THEN 2 ELSE 3 END,
                      used_code_id = CASE WHEN match_number = @Number THEN @CodeId END
                    WHERE id = @RequestId AND state = 0 AND {GoodCode} RETURNING state
                    """,
                    new { RequestId = requestId, CodeId = codeId, Number = (long)number, Now = Columns.FromTime(now) });
                if (state == (long)CodeRequestState.Approved)
                    await VerifyAddressAsync(scope, requestId, now);
                if (state == (long)CodeRequestState.Ended && flow.FlowId is not null)
                    await scope.ExecuteAsync("UPDATE challenge_flows SET ended = 1 WHERE id = @FlowId", flow);
                return state switch
                {
                    (long)CodeRequestState.Approved => CodeApproval.Approved,
                    null => CodeApproval.Over,
                    _ => CodeApproval.WrongNumber,
                };
            },
            cancellationToken);

    public Task<bool> TryClaimApprovalAsync(string requestId, Registrant? registers, DateTimeOffset now, CancellationToken cancellationToken) =>
        TryClaimApprovalAsync(requestId, registers, entry: null, now, cancellationToken);

    public Task<bool> TryClaimApprovalAsync(
        string requestId, Registrant? registers, AuditEntry? entry, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                var claimed = await scope.ExecuteAsync(
                    "UPDATE code_requests SET state = 1, flow_id = NULL, expires_at = @KeptUntil WHERE id = @RequestId AND state = 2 AND expires_at > @Now",
                    new { RequestId = requestId, Now = Columns.FromTime(now), KeptUntil = Columns.FromTime(now + IMagicCodeStore.UsedKeptFor) });
                if (claimed == 0)
                    return false;
                if (registers is not null)
                    return await EnterAsync(scope, requestId, registers, entry, now);

                await scope.RecordIfAnyAsync(entry);
                return true;
            },
            cancellationToken);

    public Task EndAsync(string requestId, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            scope => scope.ExecuteAsync("UPDATE code_requests SET state = 3 WHERE id = @RequestId AND state IN (0, 2)", new { RequestId = requestId }),
            cancellationToken);

    public Task<DateTimeOffset?> FindVerifiedAtAsync(string accountId, string foldedEmail, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => Columns.ToTime(await scope.ScalarAsync<long?>(
                "SELECT verified_at FROM accounts WHERE id = @AccountId AND verified_email = @FoldedEmail",
                new { AccountId = accountId, FoldedEmail = foldedEmail })),
            cancellationToken);

    public Task<MagicCodeSwitches> FindSwitchesAsync(string accountId, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => await scope.FindAsync<SwitchesRow>(
                """
                SELECT codes_off_by_owner AS OffByOwner, codes_off_by_administrator AS OffByAdministrator FROM accounts
                WHERE id = @AccountId
                """,
                new { AccountId = accountId }) is { } row
                ? new MagicCodeSwitches(row.OffByOwner != 0, row.OffByAdministrator != 0)
                : MagicCodeSwitches.On,
            cancellationToken);

    public Task<bool> SwitchAsync(
        string accountId, MagicCodeSwitch which, bool off, ChangeTrace trace, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                if (!await SignedInState.LockAccountAsync(scope, accountId))
                    return false;
                if (!await SetSwitchAsync(scope, accountId, which, off))
                    return true; // it is so already: nobody is told of nothing
                if (off)
                    await SignedInState.EndAllOfAsync(scope, accountId);
                await ChangeTraces.KeepAsync(scope, trace);
                await scope.RaiseChangeMarkAsync(accountId);
                return true;
            },
            cancellationToken);

    /// <summary>Within somebody's transaction, which holds the account's row.</summary>
    /// <returns>False when it is so already.</returns>
    internal static async Task<bool> SetSwitchAsync(SqlScope scope, string accountId, MagicCodeSwitch which, bool off)
    {
        var column = which == MagicCodeSwitch.Owner ? "codes_off_by_owner" : "codes_off_by_administrator";
        return await scope.ExecuteAsync(
            $"UPDATE accounts SET {column} = @Off WHERE id = @AccountId AND {column} <> @Off",
            new { AccountId = accountId, Off = Columns.FromFlag(off) }) == 1;
    }

    /// <summary>Whether the flow still runs; a request of it whose time is over makes room.</summary>
    private static async Task<bool> MayAddToFlowAsync(SqlScope scope, CodeRequest request)
    {
        var flow = new { request.FlowId, Now = Columns.FromTime(request.CreatedAt) };
        if (await scope.ScalarAsync<string>($"SELECT id FROM challenge_flows WHERE id = @FlowId AND ended = 0{scope.Dialect.LockRows}", flow) is null)
            return false;
        await scope.ExecuteAsync("DELETE FROM code_requests WHERE flow_id = @FlowId AND expires_at <= @Now", flow);
        return true;
    }

    private static async Task KeepAsync(SqlScope scope, IssuedCode? code, ChangeTrace? trace)
    {
        if (code is not null)
        {
            await scope.ExecuteAsync(
                """
                INSERT INTO magic_codes (id, request_id, number, method, digits, generation, step, issued_at, expires_at, link_hash)
                VALUES (@Id, @RequestId, @Number, @Method, @Digits, @Generation, @Step, @IssuedAt, @ExpiresAt, @LinkHash)
                """,
                IssuedCodeRow.From(code));
        }

        if (trace is not null)
            await ChangeTraces.KeepAsync(scope, trace);
    }

    /// <summary>The address counts as verified, that of an account which is made just now included.</summary>
    /// <returns>False when another account has the name or the address: the transaction is undone, and nothing was used.</returns>
    private static async Task<bool> EnterAsync(SqlScope scope, string requestId, Registrant? registers, AuditEntry? entry, DateTimeOffset now)
    {
        if (registers is not null && !await RegisterAsync(scope, requestId, registers))
            return false;
        await VerifyAddressAsync(scope, requestId, now);
        if (registers is not null)
            await ChangeTraces.KeepAsync(scope, registers.Trace);
        await scope.RecordIfAnyAsync(entry);
        return true;
    }

    private static async Task<bool> RegisterAsync(SqlScope scope, string requestId, Registrant registers)
    {
        // A stranger's: the link that makes the first administrator stays good.
        if (await SqlAccountStore.InsertRegisteredAsync(scope, registers.Account) != AddAccountResult.Added)
            return false;
        await scope.ExecuteAsync(
            "UPDATE code_requests SET account_id = @AccountId WHERE id = @RequestId",
            new { AccountId = registers.Account.Id, RequestId = requestId });
        return true;
    }

    /// <summary>The transaction holds the row of the request's account, if there is one.</summary>
    private static async Task VerifyAddressAsync(SqlScope scope, string requestId, DateTimeOffset now)
    {
        // Folded here: what LOWER makes of an I is the database's locale's to say.
        var email = await scope.ScalarAsync<string>("SELECT email FROM code_requests WHERE id = @RequestId", new { RequestId = requestId });
        await scope.ExecuteAsync(
            """
            UPDATE accounts SET verified_email = folded_email, verified_at = @Now
            WHERE id = (SELECT account_id FROM code_requests WHERE id = @RequestId) AND folded_email = @FoldedEmail
            """,
            new { RequestId = requestId, Now = Columns.FromTime(now), FoldedEmail = EmailAddress.Fold(email) });
    }

    private Task<CodeRequest?> FindRequestAsync(string condition, object key, DateTimeOffset now, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => (await scope.FindAsync<CodeRequestRow>(
                $"{CodeRequestRow.Selected} WHERE {condition}", new { Key = key, Now = Columns.FromTime(now), Latest = Columns.LatestOf(now) }))?.ToRequest(),
            cancellationToken);

    private sealed record SwitchesRow(long OffByOwner, long OffByAdministrator);
}
