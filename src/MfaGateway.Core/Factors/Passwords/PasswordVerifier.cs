using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Factors.Passwords;

/// <summary>Checks a password, or spends the same work for nobody.</summary>
public sealed class PasswordVerifier(PasswordStore store, IPasswordHashing hashing)
{
    /// <param name="accountId">Null for an unknown name.</param>
    /// <param name="mayPass">False for a disabled account: the work is done, the answer is no.</param>
    /// <param name="from">Who waits for it; see <see cref="IPasswordHashing"/>.</param>
    /// <param name="abandoned">Ends the waiting for its turn, and nothing after that: what was compared is seen through.</param>
    /// <exception cref="PasswordHashingBusyException">More passwords are waiting than the queue takes.</exception>
    /// <exception cref="PasswordHashingAbandonedException">The client hung up before its turn.</exception>
    public async Task<FactorVerdict> VerifyAsync(
        string? accountId, bool mayPass, string password, HashingRequester from, CancellationToken abandoned)
    {
        // An id that no account has: an unknown name costs the same lookup and the same hash as a known one. Nothing is compared for
        // whoever may not pass: a right password whose hash is of fewer rounds would be told by how soon it is refused.
        var found = await store.FindHashAsync(accountId ?? string.Empty, CancellationToken.None);
        var hash = mayPass ? found : null;
        var match = PasswordText.TryNormalize(password, out var normalized)
            ? await hashing.VerifyAsync(hash, normalized, from, abandoned)
            : await hashing.VerifyAsync(hash: null, string.Empty, from, abandoned);
        if (accountId is null || hash is null || normalized is null || match == PasswordMatch.Wrong)
            return FactorVerdict.Wrong;

        if (match == PasswordMatch.RightButWeaklyHashed)
            await StrengthenAsync(accountId, hash, normalized, from);

        // Of a password that is set meanwhile nothing is carried on: setting one ends what was begun with the one before.
        return FactorVerdict.Right with { ByMail = await store.RestsOnMailboxAsync(accountId, CancellationToken.None) };
    }

    private async Task StrengthenAsync(string accountId, string oldHash, string password, HashingRequester from)
    {
        try
        {
            var newHash = await hashing.HashAsync(password, from, CancellationToken.None);
            await store.TryReplaceHashAsync(accountId, oldHash, newHash, CancellationToken.None);
        }
        catch (PasswordHashingBusyException)
        {
            // It was right, which is decided: the next sign-in makes the stronger hash.
        }
    }
}
