using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlIssuedCodeRecords(SqlScope scope) : IIssuedCodeRecords
{
    public Task AddAsync(IssuedCode code) => scope.ExecuteAsync(
        """
        INSERT INTO magic_codes (id, request_id, number, method, digits, generation, step, issued_at, expires_at, link_hash)
        VALUES (@Id, @RequestId, @Number, @Method, @Digits, @Generation, @Step, @IssuedAt, @ExpiresAt, @LinkHash)
        """,
        IssuedCodeRow.From(code));

    public async Task<IssuedCode?> FindByLinkAsync(byte[] linkHash) =>
        (await scope.FindAsync<IssuedCodeRow>(
            $"{IssuedCodeRow.Selected} FROM magic_codes WHERE link_hash = @LinkHash", new { LinkHash = linkHash }))?.ToCode();

    public async Task<IReadOnlyList<IssuedCode>> ListAsync(string requestId) =>
    [
        .. (await scope.ListAsync<IssuedCodeRow>(
            $"{IssuedCodeRow.Selected} FROM magic_codes WHERE request_id = @RequestId ORDER BY number",
            new { RequestId = requestId })).Select(row => row.ToCode()),
    ];
}
