using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Hardening;

/// <summary>Says at the start when codes by e-mail live longer than the standard lets them.</summary>
public static class CodeLifetimeReview
{
    private const int LongestByStandard = 10;

    public static void WarnIfCodesLiveLong(this ILogger logger, MagicCodeOptions options)
    {
        if (options.Enabled && options.LifetimeMinutes > LongestByStandard)
            Log.CodesLiveLong(logger, options.LifetimeMinutes);
    }
}
