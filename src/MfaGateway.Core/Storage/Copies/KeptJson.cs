using System.Text.Json;

namespace MfaGateway.Core.Storage.Copies;

/// <summary>Items as JSON, one a line.</summary>
public static class KeptJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General);

    public static byte[] Write(KeptItem item) => JsonSerializer.SerializeToUtf8Bytes(item, Options);

    /// <exception cref="JsonException">Not an item of this program or an older one.</exception>
    public static KeptItem Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<KeptItem>(json, Options) ?? throw new JsonException("It is null.");
        }
        catch (NotSupportedException exception) // a kind that a newer program wrote
        {
            throw new JsonException(exception.Message, exception);
        }
    }
}
