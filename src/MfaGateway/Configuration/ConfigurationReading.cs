using MfaGateway.Core.Access;

namespace MfaGateway.Configuration;

/// <summary>What the configuration says, or everything that is wrong with it.</summary>
/// <param name="Options">Null when there is any fault.</param>
/// <param name="Policies">The same.</param>
/// <param name="Faults">One line each: the full key, what it may hold, what it holds.</param>
public sealed record ConfigurationReading(GatewayOptions? Options, AccessPolicies? Policies, IReadOnlyList<string> Faults);
