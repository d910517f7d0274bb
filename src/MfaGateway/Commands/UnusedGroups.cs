using MfaGateway.Configuration;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using MfaGateway.Storage;

namespace MfaGateway.Commands;

/// <summary>Groups that the configuration names and no account is in: often a misspelt one, and no one gets in by it.</summary>
internal static class UnusedGroups
{
    /// <summary>One sentence each; none without a store, which a check does not make.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(Launch launch, CancellationToken cancellationToken)
    {
        if (launch.ReadSources().Configuration is not { } configuration
            || GatewayConfigurationReader.Read(configuration).Options is not { } options
            || CommandStore.IsEmpty(options))
            return [];

        try
        {
            await using var store = await GatewayStore.OpenAsync(options, serving: false, cancellationToken);
            var used = (await store.Stores.Directory.ListGroupsAsync(cancellationToken)).ToHashSet(GroupNames.Comparer);
            return [.. Named(options).Where(named => !used.Contains(named.Group))
                .Select(named => $"{named.Key} names the group \"{named.Group}\", which no account is in.")];
        }
        catch (Exception fault) when (fault is StoreRefusedException or StoreUnavailableException)
        {
            return [$"the groups of the policies were not compared with those of the accounts: {fault.Message}"];
        }
    }

    private static IEnumerable<(string Key, string Group)> Named(GatewayOptions options) =>
        options.Policies.SelectMany(policy => policy.Value.Groups.Select(group => ($"{GatewayOptions.SectionName}:Policies:{policy.Key}:Groups", group)))
            .Concat(options.Clusters.SelectMany(cluster => (cluster.Value.Groups ?? []).Select(group => ($"{GatewayOptions.SectionName}:Clusters:{cluster.Key}:Groups", group))))
            .Append(($"{GatewayOptions.SectionName}:Admin:Group", options.Admin.Group));
}
