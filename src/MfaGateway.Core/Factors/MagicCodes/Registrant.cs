using MfaGateway.Core.Accounts;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>Somebody who becomes an account in the moment in which their code, or its link, is used.</summary>
/// <param name="Account">Without a password.</param>
/// <param name="Trace">What tells of it, kept with the account.</param>
public sealed record Registrant(Account Account, ChangeTrace Trace);
