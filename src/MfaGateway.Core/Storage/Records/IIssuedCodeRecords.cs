using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Core.Storage.Records;

/// <summary>How the codes of requests were made; the codes are nowhere.</summary>
public interface IIssuedCodeRecords
{
    Task AddAsync(IssuedCode code);

    Task<IssuedCode?> FindByLinkAsync(byte[] linkHash);

    /// <returns>The first one first.</returns>
    Task<IReadOnlyList<IssuedCode>> ListAsync(string requestId);
}
