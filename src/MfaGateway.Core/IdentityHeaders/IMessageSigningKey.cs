namespace MfaGateway.Core.IdentityHeaders;

/// <summary>What signs a request: a secret shared with one upstream app, or the key pair that everybody can check.</summary>
public interface IMessageSigningKey
{
    /// <summary>One of <see cref="MessageSignatureAlgorithm"/>.</summary>
    string Algorithm { get; }

    /// <summary>By which the upstream app finds the key.</summary>
    string KeyId { get; }

    /// <summary>Signs, and says how many bytes it wrote; room for 64 is enough.</summary>
    int Sign(ReadOnlySpan<byte> data, Span<byte> signature);
}
