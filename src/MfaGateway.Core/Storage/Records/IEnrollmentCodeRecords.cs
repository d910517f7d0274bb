namespace MfaGateway.Core.Storage.Records;

/// <summary>At most one enrolment code an account. All changes are made under the account's hold.</summary>
public interface IEnrollmentCodeRecords
{
    Task<EnrollmentCodeRecord?> FindAsync(string accountId);

    Task SetAsync(string accountId, EnrollmentCodeRecord code);

    Task DeleteAsync(string accountId);
}

/// <param name="Hash">Of the code.</param>
/// <param name="GivenInFlowId">The flow that gave it, and may enrol; null before.</param>
public sealed record EnrollmentCodeRecord(byte[] Hash, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt, string? GivenInFlowId);
