namespace MfaGateway.Core.Accounts;

/// <summary>What accounts need to know of the place they are made for.</summary>
/// <param name="Names">What people call the site: its name, its host. A password may not be made of them.</param>
/// <param name="AdministratorGroup">The group of the people who run the gateway.</param>
public sealed record AccountSite(IReadOnlyList<string> Names, string AdministratorGroup);
