using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Core.Challenges;

/// <summary>
/// Makes accounts of addresses that proved themselves by a mailed code, in the domains that the operator lists. Such an account has
/// no password: nothing is hashed, so that nothing can refuse a newcomer whose code is spent.
/// </summary>
public sealed class CodeRegistration(MagicCodeOptions options)
{
    /// <summary>Whether an address that nobody has may become an account.</summary>
    public bool IsOpenTo(EmailAddress address)
    {
        var domain = address.Folded[(address.Folded.IndexOf('@', StringComparison.Ordinal) + 1)..];
        return options.Registration.Contains(domain, StringComparer.OrdinalIgnoreCase) && UserNames.Validate(address.Value) is null;
    }

    /// <summary>Whom using a code of this request makes an account of. The name is the address.</summary>
    /// <returns>Null where the request registers nobody, or the operator takes the domain no more.</returns>
    public Registrant? Prepare(CodeRequest request, ClientContext client, DateTimeOffset now)
    {
        if (!request.Registers || !EmailAddress.TryParse(request.Email, out var address) || !IsOpenTo(address))
            return null;

        // The id that the codes were made for, and that the mail was encrypted for.
        var account = new Account(request.OwnerId, address.Value, address.Value, address.Value, [], Disabled: false, now, LastSignInAt: null);
        var entry = new AuditEntry(
            now, AuditEvents.AccountAdded, account.Id, account.Id, client.Address, Succeeded: true, "by a code sent to the address");
        return new Registrant(account, new ChangeTrace(entry, []));
    }
}
