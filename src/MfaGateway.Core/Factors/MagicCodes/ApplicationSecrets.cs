using System.Globalization;
using System.Security.Cryptography;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>The secrets of applications: made on first need, encrypted at rest for their application and generation, replaced on demand.</summary>
public sealed class ApplicationSecrets(ApplicationStore store, ISecretProtector protector)
{
    /// <summary>The secret that new codes are made from. Of several first needs at once one makes it, and all use that one.</summary>
    public async Task<ApplicationSecret> GetNewestAsync(string applicationId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await store.FindNewestSecretAsync(applicationId, cancellationToken) is { } known)
            return Open(known);

        var secret = ApplicationSecret.New(generation: 1);
        if (await store.TryAddSecretAsync(Close(applicationId, secret, now), trace: null, CancellationToken.None))
            return secret;

        return Open(await store.FindNewestSecretAsync(applicationId, cancellationToken)
            ?? throw new StoreRefusedException($"The secret of the application {applicationId} was there and is gone."));
    }

    /// <summary>The secret of codes that were issued before; null when there is none of that generation.</summary>
    /// <exception cref="CryptographicException">It is another application's, was changed, or its key is gone.</exception>
    public async Task<ApplicationSecret?> FindAsync(string applicationId, int generation, CancellationToken cancellationToken) =>
        await store.FindSecretAsync(applicationId, generation, cancellationToken) is { } row ? Open(row) : null;

    /// <summary>Makes the next generation. Codes that were issued before stay good for their time.</summary>
    /// <returns>Its number; null when somebody else did the same at the same moment.</returns>
    public async Task<int?> TryRotateAsync(string applicationId, DateTimeOffset now, ChangeTrace trace, CancellationToken cancellationToken)
    {
        var newest = await store.FindNewestSecretAsync(applicationId, cancellationToken);
        var next = ApplicationSecret.New((newest?.Generation ?? 0) + 1);
        return await store.TryAddSecretAsync(Close(applicationId, next, now), trace, cancellationToken) ? next.Generation : null;
    }

    private ApplicationSecretRow Close(string applicationId, ApplicationSecret secret, DateTimeOffset now) =>
        new(applicationId, secret.Generation, protector.Protect(PurposeOf(applicationId, secret.Generation), secret.AsSpan()), now);

    private ApplicationSecret Open(ApplicationSecretRow row)
    {
        var bytes = protector.Unprotect(PurposeOf(row.ApplicationId, row.Generation), row.ProtectedSecret);
        try
        {
            return ApplicationSecret.FromBytes(row.Generation, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static string PurposeOf(string applicationId, int generation) =>
        string.Create(CultureInfo.InvariantCulture, $"{nameof(FactorKind.MagicCode)}/{generation}/{applicationId}");
}
