namespace MfaGateway.Core.Accounts;

/// <summary>Who changes an account, for the audit trail.</summary>
/// <param name="Name">An account's id, or <c>command</c>.</param>
/// <param name="ClientAddress">From where; null for commands.</param>
public sealed record Actor(string Name, string? ClientAddress)
{
    /// <summary>Somebody with a shell on the machine.</summary>
    public static Actor Command { get; } = new("command", ClientAddress: null);
}
