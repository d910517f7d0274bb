using System.Security.Cryptography;

namespace MfaGateway.Core.Storage.Copies;

/// <summary>How many items of each kind, and a digest of their contents that does not depend on their order: two stores that keep the same have the same.</summary>
public sealed class StoreDigest : IEquatable<StoreDigest>
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly byte[] _sum = new byte[SHA256.HashSizeInBytes];

    /// <summary>By kind, for people.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Add(KeptItem item)
    {
        var kind = item.ToString();
        _counts[kind] = _counts.GetValueOrDefault(kind) + 1;

        // A sum modulo 2^256: the same items in any order, and how often, give the same.
        var hash = SHA256.HashData(KeptJson.Write(item));
        var carry = 0;
        for (var place = 0; place < _sum.Length; place++)
        {
            var sum = _sum[place] + hash[place] + carry;
            _sum[place] = (byte)sum;
            carry = sum >> 8;
        }
    }

    public bool Equals(StoreDigest? other) => other is not null && _sum.AsSpan().SequenceEqual(other._sum) && _counts.SequenceEqual(other._counts);

    public override bool Equals(object? obj) => Equals(obj as StoreDigest);

    public override int GetHashCode() => BitConverter.ToInt32(_sum);

    public override string ToString() => Convert.ToHexStringLower(_sum);
}
