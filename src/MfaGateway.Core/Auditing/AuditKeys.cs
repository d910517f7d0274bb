using System.Buffers.Binary;
using System.Security.Cryptography;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Auditing;

/// <summary>The key of a store's audit chain, kept in the store and encrypted: who has the database alone can't forge.</summary>
public static class AuditKeys
{
    private const string Fact = "audit-key";

    /// <summary>
    /// Reads the key, and makes it where there is none yet; of several processes that do so at once the first one's is
    /// everybody's. Up to which entry the store was written without a chain is kept with it, so that nobody can pass
    /// later entries off as such.
    /// </summary>
    /// <param name="mayMake">Whether the store may be one that had no key yet; false where its chain was seen before.</param>
    /// <exception cref="StoreRefusedException">The key was there and is gone, or is not what was written.</exception>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    public static async Task<AuditChain> OpenAsync(
        StoreLifecycle store, AuditStore audit, ISecretProtector secrets, bool mayMake, CancellationToken cancellationToken)
    {
        // In this order: a sealed head without a key then means that the key is gone, not that another process just made it.
        var head = await audit.ReadHeadAsync(cancellationToken);
        if (await store.FindFactAsync(Fact, cancellationToken) is { } kept)
            return Open(kept, secrets);
        if (!mayMake || head is null or { Seal: not null })
        {
            throw new StoreRefusedException(
                "The key of the audit chain is gone from the store, or the head of the chain is. The database was changed: "
                + "keep a copy of it, and restore a backup. If that is one of before there was a chain, delete audit-mark.json.");
        }

        await store.TryAddFactAsync(Fact, Make(head.LastSequence, secrets), cancellationToken);
        return await store.FindFactAsync(Fact, cancellationToken) is { } made
            ? Open(made, secrets)
            : throw new StoreUnavailableException("The store did not keep the key of the audit chain.");
    }

    private static byte[] Make(long unchainedTo, ISecretProtector secrets)
    {
        Span<byte> plain = stackalloc byte[AuditChain.KeySize + sizeof(long)];
        RandomNumberGenerator.Fill(plain[..AuditChain.KeySize]);
        BinaryPrimitives.WriteInt64BigEndian(plain[AuditChain.KeySize..], unchainedTo);
        var kept = secrets.Protect(Fact, plain);
        CryptographicOperations.ZeroMemory(plain);
        return kept;
    }

    private static AuditChain Open(byte[] kept, ISecretProtector secrets)
    {
        try
        {
            var plain = secrets.Unprotect(Fact, kept);
            var chain = new AuditChain(
                plain.AsSpan(0, AuditChain.KeySize), BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(AuditChain.KeySize)));
            CryptographicOperations.ZeroMemory(plain);
            return chain;
        }
        catch (CryptographicException fault)
        {
            throw new StoreRefusedException(
                "The key of the audit chain in the store can't be read: the database was changed, or the key ring lost a key. "
                + "Restore both from backups of the same time.",
                fault);
        }
    }
}
