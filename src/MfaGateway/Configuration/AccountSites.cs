using MfaGateway.Core.Accounts;

namespace MfaGateway.Configuration;

public static class AccountSites
{
    /// <summary>What accounts need to know of this site.</summary>
    public static AccountSite Of(GatewayOptions options)
    {
        var names = new List<string>();
        if (options.SiteName is { } name)
            names.Add(name);
        if (options.PublicOrigin is { } origin)
            names.Add(new Uri(origin).Host);
        return new AccountSite(names, options.Admin.Group)
        {
            Origin = options.PublicOrigin,
            // Else a mailbox alone would be both the password and the code after it.
            ResetByMail = options.Passwords.ResetByMail && !options.Policies.Values.Any(AccessPolicyReader.TakesMail),
            LinkPath = options.PathPrefix + "/link",
            PasswordPath = options.PathPrefix + "/reset-password/set",
        };
    }
}
