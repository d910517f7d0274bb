namespace MfaGateway.Core.Throttling;

/// <summary>What came of counting an answer.</summary>
/// <param name="First">Of the buckets that count it in any case.</param>
/// <param name="Then">Of the others; null where one of the first had no attempt left, and nothing was counted.</param>
public sealed record PlanReservation(AttemptReservation First, AttemptReservation? Then);
