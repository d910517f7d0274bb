using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>Keeps who waits for a mailed code, and spends what was mailed.</summary>
public sealed class MagicCodeStore(Transactions transactions)
{
    /// <summary>How long a request is kept after its use: longer than any code of the same value lives.</summary>
    public static readonly TimeSpan UsedKeptFor = TimeSpan.FromHours(48);

    /// <summary>Adds a request with its first code. On disk, with the mail, when it returns.</summary>
    /// <param name="code">Null where a limit of mails is reached: then none was made.</param>
    /// <param name="trace">The mail and what tells of it; null where no one gets one.</param>
    /// <returns>False when the flow whose step it is has ended, or has a request already; nothing is kept.</returns>
    public Task<bool> AddAsync(CodeRequest request, IssuedCode? code, ChangeTrace? trace, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                // Of two first codes that one flow asks for at the same moment, one is made.
                if ((request.FlowId is { } flowId && !await MayAddToFlowAsync(transaction, flowId, request.CreatedAt))
                    || !await transaction.CodeRequests.TryAddAsync(request))
                {
                    return false;
                }

                await KeepAsync(transaction, code, trace);
                return true;
            },
            cancellationToken);

    /// <summary>Saves the count and the times of a request that asks for one code more, with that code.</summary>
    /// <param name="request">As it will be.</param>
    /// <returns>False when it is no longer open, or another code was asked for at the same moment.</returns>
    public Task<bool> TryAddCodeAsync(CodeRequest request, IssuedCode? code, ChangeTrace? trace, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                var seen = request with { CodesSent = request.CodesSent - 1, State = CodeRequestState.Open };
                if (!await transaction.CodeRequests.TryUpdateAsync(seen, request with { State = CodeRequestState.Open }))
                    return false;

                await KeepAsync(transaction, code, trace);
                return true;
            },
            cancellationToken);

    /// <summary>The request of a waiting browser whose time is not over, in any state.</summary>
    public Task<CodeRequest?> FindAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(async records => IfOfNow(await records.CodeRequests.FindByTokenAsync(tokenHash), now), cancellationToken);

    /// <summary>The request that is a step of this flow.</summary>
    public Task<CodeRequest?> FindOfFlowAsync(string flowId, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(async records => IfOfNow(await records.CodeRequests.FindOfFlowAsync(flowId), now), cancellationToken);

    /// <summary>The code whose mail has this link, with its request; expired ones too, as long as they are kept.</summary>
    public Task<LinkedCode?> FindByLinkAsync(byte[] linkHash, CancellationToken cancellationToken) =>
        transactions.ReadAsync(
            async records => await records.IssuedCodes.FindByLinkAsync(linkHash) is { } code
                && await records.CodeRequests.FindAsync(code.RequestId) is { } request
                    ? new LinkedCode(request, code)
                    : null,
            cancellationToken);

    public Task<IReadOnlyList<IssuedCode>> ListCodesAsync(string requestId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.IssuedCodes.ListAsync(requestId), cancellationToken);

    /// <summary>The newest step whose value, or the link beside it, was used for an account at an application; null when none is kept.</summary>
    /// <param name="accountId">Null for a request that no one can meet: nothing was ever typed for it.</param>
    /// <param name="generation">Of the application's secret.</param>
    public Task<long?> FindNewestUsedStepAsync(string? accountId, string applicationId, int generation, CancellationToken cancellationToken) =>
        transactions.ReadAsync(
            async records => (await records.CodeRequests.ListUsedAsync(accountId, applicationId))
                .Where(code => code.Generation == generation)
                .Max(code => (long?)code.Step),
            cancellationToken);

    /// <summary>
    /// Uses a code, or the link beside it: once for the request, however many codes it has. The address counts as verified
    /// from then on. On disk before it answers.
    /// </summary>
    /// <param name="registers">Who becomes an account by it, in the same transaction; null where no one does.</param>
    /// <returns>
    /// False when the request is not open (any more), the code is not good at this moment, the same value was typed for another
    /// request of the account before, or another account has the name or the address of who registers: then nothing is spent.
    /// </returns>
    public Task<bool> TryConsumeMagicCodeAsync(
        string requestId, string codeId, MagicCodeUse use, Registrant? registers, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                var isUsed = await TryConsumeAsync(transaction, requestId, codeId, use, registers, now);
                if (!isUsed)
                    transaction.Undo();
                return isUsed;
            },
            cancellationToken);

    /// <summary>Lets the waiting browser in if the number is the one that it shows, and ends the request if not: one try.</summary>
    /// <param name="entryOf">What is recorded of a try, right or wrong.</param>
    public Task<CodeApproval> ApproveAsync(
        string requestId, string codeId, int number, Func<CodeApproval, AuditEntry>? entryOf, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await FindHeldAsync(transaction, requestId) is not { State: CodeRequestState.Open } request
                    || !await IsGoodAsync(transaction, request, codeId, now))
                {
                    return CodeApproval.Over;
                }

                // Right or wrong is decided in the transaction that spends the one try.
                var isRight = request.MatchNumber == number;
                var decided = isRight
                    ? request with { State = CodeRequestState.Approved, UsedCodeId = codeId }
                    : request with { State = CodeRequestState.Ended };
                if (!await transaction.CodeRequests.TryUpdateAsync(request, decided))
                    return CodeApproval.Over;

                if (isRight)
                    await VerifyAddressAsync(transaction, decided, now);
                else if (request.FlowId is { } flowId)
                    await ChallengeFlowStore.TryEndAsync(transaction, flowId);
                var approval = isRight ? CodeApproval.Approved : CodeApproval.WrongNumber;
                transaction.Keep(entryOf?.Invoke(approval));
                return approval;
            },
            cancellationToken);

    /// <summary>Uses an approval, once, in the browser that waits.</summary>
    /// <param name="registers">As with a code.</param>
    /// <returns>False when there is none, or another account has the name or the address of who registers.</returns>
    public Task<bool> TryClaimApprovalAsync(string requestId, Registrant? registers, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                var isUsed = await TryClaimApprovalAsync(transaction, requestId, registers, now);
                if (!isUsed)
                    transaction.Undo();
                return isUsed;
            },
            cancellationToken);

    /// <summary>Ends a request that is open or confirmed: no code of it is good afterwards, and no one goes on by it.</summary>
    public Task EndAsync(string requestId, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await transaction.CodeRequests.FindAsync(requestId) is { State: CodeRequestState.Open or CodeRequestState.Approved } request)
                    await transaction.CodeRequests.TryUpdateAsync(request, request with { State = CodeRequestState.Ended });
            },
            cancellationToken);

    /// <summary>When this address of the account was last proved by a code or link; null when it never was.</summary>
    public Task<DateTimeOffset?> FindVerifiedAtAsync(string accountId, string foldedEmail, CancellationToken cancellationToken) =>
        transactions.ReadAsync(
            async records => await records.Accounts.FindAsync(accountId) is { } account && account.VerifiedEmail == foldedEmail
                ? account.VerifiedAt
                : null,
            cancellationToken);

    /// <summary>Who has switched this way of signing in off for an account.</summary>
    public Task<MagicCodeSwitches> FindSwitchesAsync(string accountId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => FindSwitchesAsync(records, accountId), cancellationToken);

    /// <summary>
    /// Sets one of both switches, and leaves the other as it is. Switched off, it ends the account's sessions with the sign-ins
    /// under way: one of them may have come by mail. See <c>OwnChangeStore</c> for a switch that a person sets in a session.
    /// </summary>
    /// <param name="trace">What tells of it.</param>
    /// <returns>False when the account is gone.</returns>
    public Task<bool> SwitchAsync(
        string accountId, MagicCodeSwitch which, bool off, ChangeTrace trace, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                if (await transaction.FindHeldAccountAsync(accountId) is not { } account)
                    return false;
                if (!await TrySwitchAsync(transaction, account, which, off))
                    return true; // it is so already: there is nothing to tell
                if (off)
                    await AccountAccess.EndAllAsync(transaction, account);
                transaction.Keep(trace);
                transaction.RaiseChange(accountId);
                return true;
            },
            cancellationToken);

    internal static async Task<MagicCodeSwitches> FindSwitchesAsync(IStoreRead records, string accountId) =>
        (await records.Accounts.FindAsync(accountId))?.Codes ?? MagicCodeSwitches.On;

    /// <summary>Switches signing in by a mailed code on or off.</summary>
    /// <returns>False when it is so already.</returns>
    internal static async Task<bool> TrySwitchAsync(Transaction transaction, Account held, MagicCodeSwitch which, bool off)
    {
        var wanted = which == MagicCodeSwitch.Owner ? held.Codes with { OffByOwner = off } : held.Codes with { OffByAdministrator = off };
        if (wanted == held.Codes)
            return false;
        await transaction.Accounts.UpdateAsync(held, held with { Codes = wanted });
        return true;
    }

    /// <summary>Uses a code, or the link beside it, and makes an account of who registers by it.</summary>
    /// <returns>False where it can't be used; the caller undoes the transaction.</returns>
    internal static async Task<bool> TryConsumeAsync(
        Transaction transaction, string requestId, string codeId, MagicCodeUse use, Registrant? registers, DateTimeOffset now)
    {
        if (registers is not null)
            await AccountGate.HoldAsync(transaction);

        // It leaves its flow: the flow may ask for another code later, and what was typed is remembered when the flow is gone.
        return await FindHeldAsync(transaction, requestId) is { State: CodeRequestState.Open } request
            && await IsGoodAsync(transaction, request, codeId, now)
            && (use == MagicCodeUse.Link || !await IsValueUsedAsync(transaction, request, codeId))
            && await transaction.CodeRequests.TryUpdateAsync(request, Used(request, codeId, now))
            && await EnterAsync(transaction, request, registers, now);
    }

    /// <summary>Uses an approval.</summary>
    /// <returns>False where there is none to use; the caller undoes the transaction.</returns>
    internal static async Task<bool> TryClaimApprovalAsync(Transaction transaction, string requestId, Registrant? registers, DateTimeOffset now)
    {
        if (registers is not null)
            await AccountGate.HoldAsync(transaction);
        return await FindHeldAsync(transaction, requestId) is { State: CodeRequestState.Approved } request
            && request.ExpiresAt > now
            && await transaction.CodeRequests.TryUpdateAsync(request, Used(request, request.UsedCodeId, now))
            && (registers is null || await RegisterAsync(transaction, request, registers, now));
    }

    private static CodeRequest Used(CodeRequest request, string? codeId, DateTimeOffset now) => request with
    {
        State = CodeRequestState.Used,
        UsedCodeId = codeId, // by its link too: the mail with the value lies open somewhere
        ExpiresAt = now + UsedKeptFor,
        FlowId = null,
    };

    /// <summary>
    /// The request, after holding what comes before it: its account, where all uses for one account meet, so that no two of the same value both
    /// find it unused; and its flow.
    /// </summary>
    private static async Task<CodeRequest?> FindHeldAsync(Transaction transaction, string requestId)
    {
        if (await transaction.CodeRequests.FindAsync(requestId) is not { } seen)
            return null;
        if (seen.AccountId is { } accountId && !await transaction.HoldAccountAsync(accountId))
            return null;
        if (seen.FlowId is { } flowId)
            await transaction.Flows.FindHeldAsync(flowId);
        return await transaction.CodeRequests.FindAsync(requestId);
    }

    private static async Task<bool> IsGoodAsync(Transaction transaction, CodeRequest request, string codeId, DateTimeOffset now) =>
        (await transaction.IssuedCodes.ListAsync(request.Id)).Any(code => code.Id == codeId && code.IsGoodAt(now));

    /// <summary>Two requests of one account in the same five minutes have codes of the same value: typed once, it is spent for both.</summary>
    private static async Task<bool> IsValueUsedAsync(Transaction transaction, CodeRequest request, string codeId)
    {
        var mine = (await transaction.IssuedCodes.ListAsync(request.Id)).First(code => code.Id == codeId);
        var used = await transaction.CodeRequests.ListUsedAsync(request.AccountId, request.ApplicationId);
        return used.Any(code => code.RequestId != request.Id
            && code.Method == mine.Method && code.Generation == mine.Generation && code.Step == mine.Step);
    }

    /// <summary>Whether the flow still runs; a request of it whose time is over makes room.</summary>
    private static async Task<bool> MayAddToFlowAsync(Transaction transaction, string flowId, DateTimeOffset now)
    {
        if (await transaction.Flows.FindHeldAsync(flowId) is not { IsEnded: false })
            return false;
        if (await transaction.CodeRequests.FindOfFlowAsync(flowId) is { } old && old.ExpiresAt <= now)
            await transaction.CodeRequests.DeleteAsync(old.Id);
        return true;
    }

    private static async Task KeepAsync(Transaction transaction, IssuedCode? code, ChangeTrace? trace)
    {
        if (code is not null)
            await transaction.IssuedCodes.AddAsync(code);
        transaction.Keep(trace);
    }

    /// <summary>The address counts as verified, that of an account which is made just now included.</summary>
    /// <returns>False when another account has the name or the address: the caller undoes the transaction, and nothing was used.</returns>
    private static async Task<bool> EnterAsync(Transaction transaction, CodeRequest request, Registrant? registers, DateTimeOffset now)
    {
        if (registers is not null)
            return await RegisterAsync(transaction, request, registers, now);
        await VerifyAddressAsync(transaction, request, now);
        return true;
    }

    private static async Task<bool> RegisterAsync(Transaction transaction, CodeRequest request, Registrant registers, DateTimeOffset now)
    {
        // A stranger's: the link that makes the first administrator stays good.
        if (await AccountStore.AddAsync(transaction, registers.Account) != AddAccountResult.Added)
            return false;

        var used = (await transaction.CodeRequests.FindAsync(request.Id))!;
        var owned = used with { AccountId = registers.Account.Id };
        await transaction.CodeRequests.TryUpdateAsync(used, owned);
        await VerifyAddressAsync(transaction, owned, now);
        transaction.Keep(registers.Trace);
        return true;
    }

    private static async Task VerifyAddressAsync(Transaction transaction, CodeRequest request, DateTimeOffset now)
    {
        var folded = EmailAddress.Fold(request.Email);
        if (request.AccountId is { } id
            && await transaction.Accounts.FindAsync(id) is { } account
            && EmailAddress.Fold(account.Email) == folded)
        {
            await transaction.Accounts.UpdateAsync(account, account with { VerifiedEmail = folded, VerifiedAt = now });
        }
    }

    private static CodeRequest? IfOfNow(CodeRequest? request, DateTimeOffset now) =>
        request is not null && request.CreatedAt <= now + ClockRules.MaxBehind && request.ExpiresAt > now ? request : null;
}
