using System.Security.Cryptography;
using System.Text;

namespace MfaGateway.Core.Accounts;

/// <summary>What of an account may be edited.</summary>
public sealed record AccountDetails(string Email, string DisplayName, IReadOnlyList<string> Groups)
{
    /// <summary>Stands for the details in a form, so that a change of something else than what was shown is noticed.</summary>
    public string Fingerprint =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [Email, DisplayName, .. Groups]))));

    public static AccountDetails Of(Account account) => new(account.Email, account.DisplayName, account.Groups);

    public bool Equals(AccountDetails? other) =>
        other is not null && Email == other.Email && DisplayName == other.DisplayName
        && Groups.SequenceEqual(other.Groups, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Email, DisplayName, Groups.Count);
}
