using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Challenges;

/// <summary>Makes accounts of addresses that proved themselves by a mailed code, in the domains that the operator lists.</summary>
public sealed class CodeRegistration(
    IAccountStore accounts, IPasswordHashing hashing, IAuditStore audit, MagicCodeOptions options, TimeProvider time)
{
    public bool IsOpenTo(EmailAddress address)
    {
        var domain = address.Folded[(address.Folded.IndexOf('@', StringComparison.Ordinal) + 1)..];
        return options.Registration.Contains(domain, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Adds the account of a request that registers. Its name is the address, and nobody knows its password.</summary>
    /// <returns>Null where the request registers nobody, or the name or the address was taken meanwhile.</returns>
    public async Task<Account?> AddAsync(CodeRequest request, ClientContext client, CancellationToken cancellationToken)
    {
        if (!request.Registers || !EmailAddress.TryParse(request.Email, out var address) || !IsOpenTo(address)
            || UserNames.Validate(address.Value) is not null)
        {
            return null;
        }

        var now = time.GetUtcNow();
        // The id that the codes were made for, and that the mail was encrypted for.
        var account = new Account(request.OwnerId, address.Value, address.Value, address.Value, [], Disabled: false, now, LastSignInAt: null);
        var hash = await hashing.HashAsync(SecretToken.New().Reveal(), cancellationToken);
        if (await accounts.AddAsync(account, hash, cancellationToken) != AddAccountResult.Added)
            return null;

        await audit.AppendAsync(
            new(now, AuditEvents.AccountAdded, account.Id, account.Id, client.Address, Succeeded: true, "by a code sent to the address"),
            CancellationToken.None);
        return account;
    }
}
