using MfaGateway.Core.Accounts;

namespace MfaGateway.Pages.Admin;

/// <summary>The fields about a person that may be edited, as they stand in a form.</summary>
/// <param name="Groups">Divided by commas.</param>
public sealed record PersonFields(
    string? Email, string? DisplayName, string? Groups, IReadOnlyList<AccountFault> Faults, string AdministratorGroup)
{
    public string? FaultOf(AccountField field) => Faults.FirstOrDefault(fault => fault.Field == field)?.Message;

    /// <summary>As typed: nothing is judged yet.</summary>
    public static AccountDetails Read(string? email, string? displayName, string? groups) => new(
        email ?? string.Empty,
        displayName ?? string.Empty,
        [.. (groups ?? string.Empty).Split(',').Where(group => !string.IsNullOrWhiteSpace(group))]);
}
