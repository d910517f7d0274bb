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
    private const int MostRounds = 10_000_000; // of the setting of then

    public static OldPasswordHashes None { get; } = new([], []);

    /// <summary>Looks at every account, until a start finds none with these settings; that is kept.</summary>
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
                if (KindOf(hash) is not { } kind)
                    continue; // garbled: it says so when its password is used
                if (kind.Work is null)
                    rounds.Add(kind.Rounds);
                else if (kind.Work != today)
                    works.Add(kind.Work);
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

    /// <summary>With this kind, too.</summary>
    public OldPasswordHashes With(Argon2Work work) => Works.Contains(work) ? this : this with { Works = [.. Works, work] };

    /// <summary>With this kind, too.</summary>
    public OldPasswordHashes With(int rounds) => Rounds.Contains(rounds) ? this : this with { Rounds = [.. Rounds, rounds] };

    /// <summary>Of the framework's format 3: a marker, the hash function (2 is HMAC-SHA512), then the rounds, the latter both big-endian.</summary>
    /// <exception cref="FormatException">It is of no kind that was ever made here.</exception>
    internal static int RoundsOf(string hash)
    {
        var bytes = Convert.FromBase64String(hash).AsSpan();
        return bytes.Length > 13 && bytes[0] == 1 && BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]) == 2
            && BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]) is >= 1 and <= MostRounds and var rounds
            ? (int)rounds
            : throw new FormatException("A password's hash in the store is of no kind that was ever made here.");
    }

    /// <summary>Null where it is garbled.</summary>
    private static (Argon2Work? Work, int Rounds)? KindOf(string hash)
    {
        try
        {
            return Argon2Hash.TryParse(hash, out var argon2) ? (argon2.Work, 0) : (null, RoundsOf(hash));
        }
        catch (FormatException)
        {
            return null;
        }
    }

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
