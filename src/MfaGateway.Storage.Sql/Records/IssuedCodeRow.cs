using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Storage.Sql.Records;

internal sealed record IssuedCodeRow(
    string Id, string RequestId, long Number, long Method, long Digits, long Generation, long Step, long IssuedAt, long ExpiresAt, byte[] LinkHash)
{
    /// <summary>Begins a SELECT of them.</summary>
    public const string Selected =
        """
        SELECT magic_codes.id AS Id, request_id AS RequestId, number AS Number, method AS Method, digits AS Digits, generation AS Generation,
          step AS Step, issued_at AS IssuedAt, magic_codes.expires_at AS ExpiresAt, link_hash AS LinkHash
        """;

    public static IssuedCodeRow From(IssuedCode code) => new(
        code.Id, code.RequestId, code.Number, (long)code.Method, code.Digits, code.Generation, code.Step,
        Columns.FromTime(code.IssuedAt), Columns.FromTime(code.ExpiresAt), code.LinkHash);

    public IssuedCode ToCode() => new(
        Id, RequestId, (int)Number, (MagicCodeMethod)Method, (int)Digits, (int)Generation, Step,
        Columns.ToTime(IssuedAt), Columns.ToTime(ExpiresAt), LinkHash);
}
