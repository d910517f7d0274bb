using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>
/// Which time step of RFC 6238 a code belongs to: pure, without clock or memory. The codes are those of Otp.NET; that a step is
/// accepted only once is the store's part (RFC 6238 5.2), in one conditional statement.
/// </summary>
public static class TotpAlgorithm
{
    /// <summary>Bounds the work of one check. Accepting uses 0 to 2; telling a person how far a phone's clock is off uses more.</summary>
    public const int MaxSkewSteps = 60;

    /// <summary>RFC 6238 4.2: whole periods since 1970-01-01T00:00:00Z. Negative before it.</summary>
    public static long StepAt(DateTimeOffset now, TotpParameters parameters)
    {
        var (quotient, remainder) = Math.DivRem(now.ToUnixTimeSeconds(), parameters.PeriodSeconds);
        return remainder < 0 ? quotient - 1 : quotient;
    }

    /// <summary>When a step begins.</summary>
    public static DateTimeOffset StartOf(long step, TotpParameters parameters) =>
        DateTimeOffset.FromUnixTimeSeconds(step * parameters.PeriodSeconds);

    /// <summary>The newest step whose code this is among those before the accepted ones; null when there is none.</summary>
    /// <param name="acceptedSteps">How many past steps are accepted, and not looked at here.</param>
    /// <param name="oldestStep">How many steps back to look, at most <see cref="MaxSkewSteps"/>.</param>
    public static long? FindPastStep(
        TotpSecret secret, string code, DateTimeOffset now, TotpParameters parameters, int acceptedSteps, int oldestStep)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldestStep, MaxSkewSteps);
        var current = StepAt(now, parameters);
        var hotp = secret.ToHotp(parameters);
        long? match = null;
        for (var past = acceptedSteps + 1; past <= oldestStep && past <= current; past++)
        {
            if (FixedTimeEquals(hotp.ComputeHOTP(current - past), code))
                match ??= current - past;
        }

        return match;
    }

    /// <summary>The code of one step, with leading zeros.</summary>
    /// <param name="secret">The shared key.</param>
    /// <param name="step">0 or more; all 63 bits count (RFC 6238 4.2 asks for times beyond 2038).</param>
    /// <param name="parameters">Hash and number of digits.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is negative.</exception>
    public static string Compute(TotpSecret secret, long step, TotpParameters parameters)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return secret.ToHotp(parameters).ComputeHOTP(step);
    }

    /// <summary>
    /// The step whose code this is: the current one, else the nearest past, else the nearest future one; null when
    /// there is none. Steps before 1970 do not exist. Every step of the window is computed and compared in fixed
    /// time whether or not an earlier one matched, so that the time taken does not tell which did, or how nearly.
    /// </summary>
    /// <param name="secret">The shared key.</param>
    /// <param name="code">As <see cref="OneTimeCodeInput"/> gives it; anything but exactly the digits matches nothing.</param>
    /// <param name="now">The one reading of the clock for this answer.</param>
    /// <param name="parameters">What the authenticator was made with.</param>
    /// <param name="skewSteps">0 to <see cref="MaxSkewSteps"/> steps accepted on either side.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="skewSteps"/> is outside its range.</exception>
    public static long? FindMatchingStep(
        TotpSecret secret, string code, DateTimeOffset now, TotpParameters parameters, int skewSteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skewSteps);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(skewSteps, MaxSkewSteps);
        if (!OneTimeCodeInput.IsCode(code, parameters.Digits))
            return null; // the shape is no secret

        var hotp = secret.ToHotp(parameters);
        var current = StepAt(now, parameters);
        long? match = null;
        Consider(current);
        for (var past = 1; past <= skewSteps; past++)
            Consider(current - past);
        for (var future = 1; future <= skewSteps; future++)
            Consider(current + future);
        return match;

        void Consider(long step)
        {
            if (step >= 0 && FixedTimeEquals(hotp.ComputeHOTP(step), code))
                match ??= step;
        }
    }

    private static bool FixedTimeEquals(string computed, string typed) => CryptographicOperations.FixedTimeEquals(
        MemoryMarshal.AsBytes(computed.AsSpan()), MemoryMarshal.AsBytes(typed.AsSpan()));
}
