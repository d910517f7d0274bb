using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Storage.Sql;

internal sealed record CodeRequestRow(
    string Id, byte[] TokenHash, string? FlowId, string? AccountId, string ApplicationId, string Email, long Registers,
    string PolicyName, string ReturnUrl, long MatchNumber, string ClientAddress, string UserAgent, long CodesSent, long LastSentAt,
    long CreatedAt, long ExpiresAt, long State)
{
    public const string Selected =
        """
        SELECT id AS Id, token_hash AS TokenHash, flow_id AS FlowId, account_id AS AccountId, application_id AS ApplicationId,
          email AS Email, registers AS Registers, policy_name AS PolicyName, return_url AS ReturnUrl,
          match_number AS MatchNumber, client_address AS ClientAddress, user_agent AS UserAgent, codes_sent AS CodesSent,
          last_sent_at AS LastSentAt, created_at AS CreatedAt, expires_at AS ExpiresAt, state AS State
        FROM code_requests
        """;

    public static CodeRequestRow From(CodeRequest request) => new(
        request.Id, request.TokenHash, request.FlowId, request.AccountId, request.ApplicationId, request.Email,
        Columns.FromFlag(request.Registers), request.PolicyName, request.ReturnUrl, request.MatchNumber,
        request.ClientAddress, request.UserAgent, request.CodesSent, Columns.FromTime(request.LastSentAt),
        Columns.FromTime(request.CreatedAt), Columns.FromTime(request.ExpiresAt), (long)request.State);

    public CodeRequest ToRequest() => new(
        Id, TokenHash, AccountId, ApplicationId, Email, PolicyName, ReturnUrl, (int)MatchNumber, ClientAddress, UserAgent,
        (int)CodesSent, Columns.ToTime(LastSentAt), Columns.ToTime(CreatedAt), Columns.ToTime(ExpiresAt), (CodeRequestState)State)
    {
        FlowId = FlowId,
        Registers = Registers != 0,
    };

    public override string ToString() => $"{nameof(CodeRequestRow)} {Id}";
}
