using MfaGateway.Core.Sessions;

namespace MfaGateway.Core.Throttling;

/// <summary>On whose account a mail counts.</summary>
/// <param name="AccountId">Null where no account has the address.</param>
/// <param name="Browser">The known browser that asks, if it is one.</param>
/// <param name="Registers">Whether the address becomes an account by it.</param>
public sealed record MailOwner(string? AccountId, string FoldedEmail, KnownBrowser? Browser, bool Registers = false);
