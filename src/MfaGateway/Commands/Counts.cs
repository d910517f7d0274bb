using System.Globalization;
using MfaGateway.Core.Storage.Copies;

namespace MfaGateway.Commands;

/// <summary>How many items of a store, in words.</summary>
internal static class Counts
{
    public static string Describe(IReadOnlyDictionary<string, long> items)
    {
        var accounts = items.GetValueOrDefault(nameof(KeptAccount));
        return string.Create(
            CultureInfo.InvariantCulture, $"{accounts} {(accounts == 1 ? "account" : "accounts")}, {items.Values.Sum()} items in all");
    }
}
