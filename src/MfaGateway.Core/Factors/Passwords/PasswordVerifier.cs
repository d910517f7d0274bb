using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Factors.Passwords;

/// <summary>Checks a password, or spends the same work for nobody.</summary>
public sealed class PasswordVerifier(PasswordStore store, IPasswordHashing hashing)
{
    /// <param name="accountId">Null for an unknown name.</param>
    /// <param name="mayPass">False for a disabled account: the work is done, the answer is no.</param>
    /// <param name="clientAddress">Who waits for it; see <see cref="IPasswordHashing"/>.</param>
    /// <exception cref="PasswordHashingBusyException">More passwords are waiting than the queue takes.</exception>
    public async Task<FactorVerdict> VerifyAsync(
        string? accountId, bool mayPass, string password, string clientAddress, CancellationToken cancellationToken)
    {
        // An id that no account has: an unknown name costs the same lookup and the same hash as a known one. Nothing is compared for
        // whoever may not pass: a right password whose hash is of fewer rounds would be told by how soon it is refused.
        var found = await store.FindHashAsync(accountId ?? string.Empty, cancellationToken);
        var hash = mayPass ? found : null;
        var match = PasswordText.TryNormalize(password, out var normalized)
            ? await hashing.VerifyAsync(hash, normalized, clientAddress, cancellationToken)
            : await hashing.VerifyAsync(hash: null, string.Empty, clientAddress, cancellationToken);
        if (accountId is null || hash is null || normalized is null || match == PasswordMatch.Wrong)
            return FactorVerdict.Wrong;

        if (match == PasswordMatch.RightButWeaklyHashed)
            await StrengthenAsync(accountId, hash, normalized, clientAddress, cancellationToken);

        // Of a password that is set meanwhile nothing is carried on: setting one ends what was begun with the one before.
        return FactorVerdict.Right with { ByMail = await store.RestsOnMailboxAsync(accountId, cancellationToken) };
    }

    private async Task StrengthenAsync(string accountId, string oldHash, string password, string clientAddress, CancellationToken cancellationToken)
    {
        try
        {
            var newHash = await hashing.HashAsync(password, clientAddress, cancellationToken);
            await store.TryReplaceHashAsync(accountId, oldHash, newHash, cancellationToken);
        }
        catch (PasswordHashingBusyException)
        {
            // It was right, which is decided: the next sign-in makes the stronger hash.
        }
    }
}
