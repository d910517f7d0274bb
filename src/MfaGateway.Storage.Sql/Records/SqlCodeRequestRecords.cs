using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlCodeRequestRecords(SqlScope scope) : ICodeRequestRecords
{
    private const string Selected =
        """
        SELECT id AS Id, token_hash AS TokenHash, flow_id AS FlowId, account_id AS AccountId, application_id AS ApplicationId,
          email AS Email, registers AS Registers, policy_name AS PolicyName, return_url AS ReturnUrl,
          match_number AS MatchNumber, client_address AS ClientAddress, user_agent AS UserAgent, codes_sent AS CodesSent,
          last_sent_at AS LastSentAt, created_at AS CreatedAt, expires_at AS ExpiresAt, state AS State, used_code_id AS UsedCodeId
        FROM code_requests
        """;

    public Task<CodeRequest?> FindAsync(string id) => FindAsync("id = @Key", id);

    public Task<CodeRequest?> FindByTokenAsync(byte[] tokenHash) => FindAsync("token_hash = @Key", tokenHash);

    public Task<CodeRequest?> FindOfFlowAsync(string flowId) => FindAsync("flow_id = @Key", flowId);

    public async Task<bool> TryAddAsync(CodeRequest request) =>
        await scope.ExecuteAsync(
            """
            INSERT INTO code_requests (id, token_hash, flow_id, account_id, application_id, email, registers, policy_name,
              return_url, match_number, client_address, user_agent, codes_sent, last_sent_at, created_at, expires_at, state, used_code_id)
            VALUES (@Id, @TokenHash, @FlowId, @AccountId, @ApplicationId, @Email, @Registers, @PolicyName,
              @ReturnUrl, @MatchNumber, @ClientAddress, @UserAgent, @CodesSent, @LastSentAt, @CreatedAt, @ExpiresAt, @State, @UsedCodeId)
            ON CONFLICT (flow_id) DO NOTHING
            """,
            Row.From(request)) == 1;

    public async Task<bool> TryUpdateAsync(CodeRequest seen, CodeRequest wanted) =>
        await scope.ExecuteAsync(
            """
            UPDATE code_requests SET flow_id = @FlowId, account_id = @AccountId, codes_sent = @CodesSent, last_sent_at = @LastSentAt,
              expires_at = @ExpiresAt, state = @State, used_code_id = @UsedCodeId
            WHERE id = @Id AND state = @SeenState AND codes_sent = @SeenCodes
            """,
            new
            {
                wanted.Id,
                wanted.FlowId,
                wanted.AccountId,
                CodesSent = (long)wanted.CodesSent,
                LastSentAt = Columns.FromTime(wanted.LastSentAt),
                ExpiresAt = Columns.FromTime(wanted.ExpiresAt),
                State = (long)wanted.State,
                wanted.UsedCodeId,
                SeenState = (long)seen.State,
                SeenCodes = (long)seen.CodesSent,
            }) == 1;

    public Task DeleteAsync(string id) => scope.ExecuteAsync("DELETE FROM code_requests WHERE id = @Id", new { Id = id });

    public async Task<IReadOnlyList<CodeRequest>> ListWaitingAsync(string accountId) =>
    [
        .. (await scope.ListAsync<Row>(
            $"{Selected} WHERE account_id = @AccountId AND state <> @Used ORDER BY id",
            new { AccountId = accountId, Used = (long)CodeRequestState.Used })).Select(row => row.ToRequest()),
    ];

    public async Task<IReadOnlyList<IssuedCode>> ListUsedAsync(string? accountId, string applicationId) =>
    [
        .. (await scope.ListAsync<IssuedCodeRow>(
            $"""
            {IssuedCodeRow.Selected} FROM code_requests JOIN magic_codes ON magic_codes.id = code_requests.used_code_id
            WHERE code_requests.account_id = @AccountId AND code_requests.application_id = @ApplicationId
            """,
            new { AccountId = accountId, ApplicationId = applicationId })).Select(row => row.ToCode()),
    ];

    public async Task<IReadOnlyList<CodeRequest>> ListAllAsync(string after, int count) =>
    [
        .. (await scope.ListAsync<Row>(
            $"{Selected} WHERE id > @After ORDER BY id LIMIT @Count", new { After = after, Count = (long)count })).Select(row => row.ToRequest()),
    ];

    private async Task<CodeRequest?> FindAsync(string condition, object key) =>
        (await scope.FindAsync<Row>($"{Selected} WHERE {condition}", new { Key = key }))?.ToRequest();

    private sealed record Row(
        string Id, byte[] TokenHash, string? FlowId, string? AccountId, string ApplicationId, string Email, long Registers,
        string PolicyName, string ReturnUrl, long MatchNumber, string ClientAddress, string UserAgent, long CodesSent, long LastSentAt,
        long CreatedAt, long ExpiresAt, long State, string? UsedCodeId)
    {
        public static Row From(CodeRequest request) => new(
            request.Id, request.TokenHash, request.FlowId, request.AccountId, request.ApplicationId, request.Email,
            Columns.FromFlag(request.Registers), request.PolicyName, request.ReturnUrl, request.MatchNumber,
            request.ClientAddress, request.UserAgent, request.CodesSent, Columns.FromTime(request.LastSentAt),
            Columns.FromTime(request.CreatedAt), Columns.FromTime(request.ExpiresAt), (long)request.State, request.UsedCodeId);

        public CodeRequest ToRequest() => new(
            Id, TokenHash, AccountId, ApplicationId, Email, PolicyName, ReturnUrl, (int)MatchNumber, ClientAddress, UserAgent,
            (int)CodesSent, Columns.ToTime(LastSentAt), Columns.ToTime(CreatedAt), Columns.ToTime(ExpiresAt), (CodeRequestState)State)
        {
            FlowId = FlowId,
            Registers = Registers != 0,
            UsedCodeId = UsedCodeId,
        };

        public override string ToString() => $"{nameof(CodeRequest)} {Id}";
    }
}
