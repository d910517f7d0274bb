namespace MfaGateway.Hardening;

/// <summary>Says at the start when the runtime has a known hole that its next patch closes.</summary>
public static class RuntimeReview
{
    /// <summary>Runtimes below this have CVE-2026-70183.</summary>
    private static readonly Version Patched = new(10, 0, 13);

    /// <param name="runtime">The version of .NET that runs the program.</param>
    public static void WarnIfUnpatched(this ILogger logger, Version runtime)
    {
        if (runtime < Patched)
            Log.RuntimeUnpatched(logger, runtime, Patched);
    }
}
