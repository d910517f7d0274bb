using MfaGateway.Configuration;
using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Hardening;

/// <summary>Says at the start what an operator should know about the settings of mail.</summary>
public static class MailSettingsReview
{
    private const int LongestByStandard = 10;

    public static void WarnIfCodesLiveLong(this ILogger logger, MagicCodeOptions options)
    {
        if (options.Enabled && options.LifetimeMinutes > LongestByStandard)
            Log.CodesLiveLong(logger, options.LifetimeMinutes);
    }

    /// <summary>A policy that takes a mailed code after the password keeps people from resetting that password by mail.</summary>
    public static void WarnIfResetIsOff(this ILogger logger, GatewayOptions options)
    {
        var takesMail = options.Policies.Where(policy => AccessPolicyReader.TakesMail(policy.Value)).Select(policy => policy.Key);
        if (options.Passwords.ResetByMail && options.PublicOrigin is not null && takesMail.FirstOrDefault() is { } name)
            Log.ResetIsOff(logger, name);
    }
}
