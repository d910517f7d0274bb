using System.Buffers.Binary;
using System.Text;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Challenges;

/// <summary>
/// The kinds of hashes that the store has beside today's: each hash is replaced when its password is next used. As long as there are any, every
/// refusal does the work of each kind once, or the time would tell whose hash is old and so whose name exists.
/// </summary>
/// <param name="Works">Of Argon2id with other settings.</param>
/// <param name="Rounds">Of PBKDF2-HMAC-SHA512.</param>
public sealed record OldPasswordHashes(IReadOnlyList<Argon2Work> Works, IReadOnlyList<int> Rounds)
{
    private const string NoneFact = "no-password-hashes-but";
    private const int Slice = 200;

    public static OldPasswordHashes None { get; } = new([], []);

    /// <summary>Looks at every account, until a start finds none with these settings; that is kept. Nothing makes any others.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be read.</exception>
    public static async Task<OldPasswordHashes> FindAsync(Transactions transactions, Argon2Work today, CancellationToken cancellationToken)
    {
        var fact = Encoding.ASCII.GetBytes(today.ToString());
        if (await transactions.ReadAsync(records => records.Facts.FindAsync(NoneFact), cancellationToken) is { } kept && kept.AsSpan().SequenceEqual(fact))
            return None;

        var works = new HashSet<Argon2Work>();
        var rounds = new HashSet<int>();
        for (AccountPlace? place = AccountPlace.Start; place is not null;)
        {
            var (hashes, next) = await transactions.ReadAsync(records => ListSliceAsync(records, place), cancellationToken);
            foreach (var hash in hashes)
            {
                if (!Argon2Hash.TryParse(hash, out var argon2))
                    rounds.Add(RoundsOf(hash));
                else if (argon2.Work != today)
                    works.Add(argon2.Work);
            }

            place = next;
        }

        // From here on hashes are made with today's settings: what was noted of others holds no longer.
        await transactions.WriteAsync(
            async transaction =>
            {
                if (works.Count + rounds.Count == 0)
                    await transaction.Facts.SetAsync(NoneFact, fact);
                else
                    await transaction.Facts.TryDeleteAsync(NoneFact);
            },
            cancellationToken);
        return new([.. works], [.. rounds]);
    }

    /// <summary>Of the framework's format 3: a marker, the hash function, then the rounds, both big-endian.</summary>
    internal static int RoundsOf(string hash) => (int)BinaryPrimitives.ReadUInt32BigEndian(Convert.FromBase64String(hash).AsSpan(5));

    private static async Task<(List<string> Hashes, AccountPlace? Next)> ListSliceAsync(IStoreRead records, AccountPlace place)
    {
        var page = await records.AccountSearch.FindPageAsync(new AccountFilter(), [], place, Slice, DateTimeOffset.MinValue);
        var hashes = new List<string>();
        foreach (var listed in page.Accounts)
        {
            if (await records.Passwords.FindAsync(listed.Account.Id) is { } password)
                hashes.Add(password.Hash);
        }

        return (hashes, page.HasLater && page.Accounts.Count > 0 ? AccountPlace.After(UserNames.Fold(page.Accounts[^1].Account.UserName)) : null);
    }
}
