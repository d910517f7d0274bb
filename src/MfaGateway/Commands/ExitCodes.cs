namespace MfaGateway.Commands;

/// <summary>What scripts may rely on.</summary>
public static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    /// <summary><c>EX_CONFIG</c> of sysexits.h.</summary>
    public const int BadConfiguration = 78;
}
