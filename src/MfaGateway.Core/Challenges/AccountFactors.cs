using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Challenges;

/// <summary>What an account has enrolled, as the store has it and as the rules see it.</summary>
/// <param name="Code">Without it the account does not enrol; null where none is needed.</param>
public sealed record AccountFactors(
    IReadOnlyList<TotpAuthenticator> Authenticators, EnrolledFactors Enrolled, KeptEnrollmentCode? Code);

/// <summary>Reads it. The only place that says what is enrolled: decisions about requests and the steps of flows must agree.</summary>
public sealed class AccountFactorsReader(Transactions transactions, MagicCodeOptions magicCode)
{
    /// <param name="flowId">The flow that asks; null outside of one.</param>
    public Task<AccountFactors> ReadAsync(string accountId, string? flowId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => ReadAsync(records, accountId, flowId), cancellationToken);

    internal async Task<AccountFactors> ReadAsync(IStoreRead records, string accountId, string? flowId)
    {
        var authenticators = await records.Totp.ListAsync(accountId);

        // A code is there only as long as no authenticator is.
        var code = authenticators.Count == 0 ? await EnrollmentCodeStore.FindAsync(records, accountId) : null;
        var isGiven = code is null || (flowId is not null && code.GivenInFlowId == flowId);
        var enrolled = new EnrolledFactors(
            Totp: authenticators.Count > 0, Passkey: false, isGiven ? EnrollmentDemand.Nothing : EnrollmentDemand.Code)
        {
            MagicCode = magicCode.Enabled && (await MagicCodeStore.FindSwitchesAsync(records, accountId)).IsOn,
        };
        return new AccountFactors(authenticators, enrolled, code);
    }
}
