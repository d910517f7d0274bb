namespace MfaGateway.Core.Accounts;

/// <summary>Who changes an account, for the audit trail.</summary>
/// <param name="Name">An account's id, or <c>command</c> or <c>gateway</c>.</param>
/// <param name="ClientAddress">From where; null for commands.</param>
public sealed record Actor(string Name, string? ClientAddress)
{
    /// <summary>Somebody with a shell on the machine.</summary>
    public static Actor Command { get; } = new("command", ClientAddress: null);

    /// <summary>What the program does by itself, such as deleting what is old.</summary>
    public static Actor Gateway { get; } = new("gateway", ClientAddress: null);
}
