using MfaGateway.Core.Access;
using Microsoft.AspNetCore.Authorization;

namespace MfaGateway.Access;

/// <summary>An access policy in the framework's terms.</summary>
public sealed record AccessRequirement(AccessPolicy Policy) : IAuthorizationRequirement;
