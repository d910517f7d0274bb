using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Challenges;

/// <param name="GivenInFlowId">The flow that may enrol; null before the code was given.</param>
public sealed record KeptEnrollmentCode(DateTimeOffset ExpiresAt, string? GivenInFlowId);

/// <summary>A code that opens the enrolment, as it is kept.</summary>
public sealed record NewEnrollmentCode(byte[] Hash, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt);
