using System.Security.Cryptography;
using MfaGateway.Core.IdentityHeaders;
using MfaGateway.Core.Storage;

namespace MfaGateway.Proxying;

/// <summary>The keys that sign statements, as this node last read them from the store.</summary>
public sealed class SigningKeyRing(SigningKeyStore store, ISecretProtector protector, TimeProvider clock, ILogger<SigningKeyRing> logger)
{
    private volatile Keys? current;

    /// <summary>Keys have been read, so that statements can be signed.</summary>
    public bool IsReady => current is not null;

    /// <summary>The key to sign with now.</summary>
    /// <exception cref="InvalidOperationException">The keys have not been read yet.</exception>
    public SigningKey Signer => Current.Signer;

    /// <summary>The public key set, as UTF-8 JSON.</summary>
    /// <exception cref="InvalidOperationException">The keys have not been read yet.</exception>
    public ReadOnlyMemory<byte> PublicKeySet => Current.PublicKeySet;

    private Keys Current => current ?? throw new InvalidOperationException("The signing keys have not been read yet.");

    /// <summary>
    /// Reads the keys, makes the next one when it is due and deletes those that serve no more. To be called once
    /// the store is open, and then every minute; the answer to several nodes doing so at once is one key.
    /// </summary>
    /// <exception cref="SigningKeyUnreadableException">A key cannot be decrypted; the keys read before stay in use.</exception>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var plan = SigningKeySchedule.Plan(await store.ListAsync(cancellationToken), now);
        if (plan.Due is { } due)
        {
            await MakeAsync(due, now, cancellationToken);
            plan = SigningKeySchedule.Plan(await store.ListAsync(cancellationToken), now);
        }

        var signer = plan.Signer ?? throw new InvalidOperationException("The store keeps no signing key that it was given.");
        var before = current;
        var published = plan.Published.Select(row => before?.Find(row.Kid) ?? Open(row)).ToArray();
        current = new Keys(published, published.Single(key => key.Kid == signer.Kid));
        if (plan.RetiredUpTo > 0 && await store.DeleteUpToAsync(plan.RetiredUpTo, cancellationToken) > 0)
            Log.KeysDeleted(logger, plan.RetiredUpTo);
    }

    /// <summary>Makes a key that takes over in 24 hours, whatever the schedule says; false when another node did so just now.</summary>
    public async Task<bool> RotateAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = SigningKeySchedule.Rotation(await store.ListAsync(cancellationToken), now);
        return await MakeAsync(due, now, cancellationToken);
    }

    private static string Purpose(string kid) => $"signing-key:{kid}";

    private async Task<bool> MakeAsync(DueSigningKey due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = SigningKey.Create();
        var pkcs8 = key.ExportPkcs8();
        var row = new SigningKeyRow(due.Generation, key.Kid, protector.Protect(Purpose(key.Kid), pkcs8), now, due.ActivatesAt);
        CryptographicOperations.ZeroMemory(pkcs8);
        var added = await store.TryAddAsync(row, cancellationToken);
        if (added)
            Log.KeyMade(logger, row.Kid, row.Generation, row.ActivatesAt);
        return added;
    }

    private SigningKey Open(SigningKeyRow row)
    {
        try
        {
            var pkcs8 = protector.Unprotect(Purpose(row.Kid), row.ProtectedPkcs8);
            var key = SigningKey.FromPkcs8(pkcs8);
            CryptographicOperations.ZeroMemory(pkcs8);
            return key.Kid == row.Kid ? key : throw new CryptographicException("The key is not the one it is filed as.");
        }
        catch (CryptographicException failure)
        {
            throw new SigningKeyUnreadableException(row.Kid, failure);
        }
    }

    private sealed class Keys(SigningKey[] published, SigningKey signer)
    {
        public SigningKey Signer { get; } = signer;

        public byte[] PublicKeySet { get; } = JsonWebKeySet.Write(published);

        public SigningKey? Find(string kid) => Array.Find(published, key => key.Kid == kid);
    }
}
