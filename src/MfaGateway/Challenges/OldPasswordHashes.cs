using System.Buffers.Binary;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Challenges;

/// <summary>
/// The hashes by PBKDF2 that the store still has: each is replaced when its password is next used. As long as there is one, every refusal
/// takes as long as the slowest of them, or the time would tell whose hash is old and so whose name exists.
/// </summary>
/// <param name="Rounds">Of PBKDF2-HMAC-SHA512, the most that any of them has; 0 where there is none.</param>
public sealed record OldPasswordHashes(int Rounds)
{
    // Once there are none there never will be: nothing makes them.
    private const string NoneFact = "no-old-password-hashes";
    private const int Slice = 200;

    public static OldPasswordHashes None { get; } = new(0);

    /// <summary>Looks at every account, until a start finds none; that is kept.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be read.</exception>
    public static async Task<OldPasswordHashes> FindAsync(Transactions transactions, CancellationToken cancellationToken)
    {
        if (await transactions.ReadAsync(records => records.Facts.FindAsync(NoneFact), cancellationToken) is not null)
            return None;

        var most = 0;
        for (AccountPlace? place = AccountPlace.Start; place is not null;)
        {
            (var rounds, place) = await transactions.ReadAsync(records => FindInSliceAsync(records, place), cancellationToken);
            most = Math.Max(most, rounds);
        }

        if (most == 0)
            await transactions.WriteAsync(transaction => transaction.Facts.TryAddAsync(NoneFact, [1]), cancellationToken);
        return new(most);
    }

    /// <summary>Of the framework's format 3: a marker, the hash function, then the rounds, both big-endian.</summary>
    internal static int RoundsOf(string hash) => (int)BinaryPrimitives.ReadUInt32BigEndian(Convert.FromBase64String(hash).AsSpan(5));

    private static async Task<(int Rounds, AccountPlace? Next)> FindInSliceAsync(IStoreRead records, AccountPlace place)
    {
        var page = await records.AccountSearch.FindPageAsync(new AccountFilter(), [], place, Slice, DateTimeOffset.MinValue);
        var most = 0;
        foreach (var listed in page.Accounts)
        {
            if (await records.Passwords.FindAsync(listed.Account.Id) is { } password && !Argon2Hash.TryParse(password.Hash, out _))
                most = Math.Max(most, RoundsOf(password.Hash));
        }

        return (most, page.HasLater && page.Accounts.Count > 0 ? AccountPlace.After(UserNames.Fold(page.Accounts[^1].Account.UserName)) : null);
    }
}
