namespace MfaGateway.Proxying;

/// <summary>
/// A signing key is in the store and cannot be decrypted: the key ring in the data directory is another one than the
/// one it was encrypted with. A new key is not made in its place, since every other secret is then unreadable as well.
/// </summary>
public sealed class SigningKeyUnreadableException : Exception
{
    public SigningKeyUnreadableException()
    {
    }

    public SigningKeyUnreadableException(string message)
        : base(message)
    {
    }

    public SigningKeyUnreadableException(string kid, Exception innerException)
        : base(
            $"The signing key {kid} cannot be decrypted. Restore the key ring that belongs to this store; nothing was changed.",
            innerException)
    {
    }
}
