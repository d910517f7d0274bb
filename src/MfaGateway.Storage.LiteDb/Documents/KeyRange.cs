using LiteDB;

namespace MfaGateway.Storage.LiteDb.Documents;

/// <summary>
/// Which keys of an index are read, and in which order. Strings compare by their UTF-16 units, binary values byte by byte,
/// numbers by value. Among equal keys the order is unspecified: what is read in slices needs a key that is unique.
/// </summary>
internal sealed record KeyRange
{
    private KeyRange(BsonValue from, bool includesFrom, BsonValue to, bool includesTo) =>
        (From, IncludesFrom, To, IncludesTo) = (from, includesFrom, to, includesTo);

    /// <summary>Every document that has the field.</summary>
    public static KeyRange All { get; } = new(BsonValue.Null, false, BsonValue.MaxValue, false);

    public BsonValue From { get; }

    public bool IncludesFrom { get; }

    public BsonValue To { get; }

    public bool IncludesTo { get; }

    public bool IsDescending { get; private init; }

    public static KeyRange Equal(BsonValue key) => new(key, true, key, true);

    public static KeyRange Between(BsonValue from, BsonValue to) => new(from, true, to, true);

    /// <summary>The key itself and all above it.</summary>
    public static KeyRange AtLeast(BsonValue key) => new(key, true, BsonValue.MaxValue, false);

    public static KeyRange Above(BsonValue key) => new(key, false, BsonValue.MaxValue, false);

    /// <summary>The key itself and all below it.</summary>
    public static KeyRange AtMost(BsonValue key) => new(BsonValue.Null, false, key, true);

    public static KeyRange Below(BsonValue key) => new(BsonValue.Null, false, key, false);

    /// <summary>Texts that begin with this one.</summary>
    public static KeyRange Prefix(string text) => new(text, true, text + char.MaxValue, false);

    /// <summary>What is left of this range behind a key of it, in its order: the next slice.</summary>
    public KeyRange Behind(BsonValue key) => IsDescending
        ? new KeyRange(From, IncludesFrom, key, false) { IsDescending = true }
        : new KeyRange(key, false, To, IncludesTo);

    public KeyRange Descending() => this with { IsDescending = true };

    public bool Contains(BsonValue key)
    {
        var (low, high) = (key.CompareTo(From), key.CompareTo(To));
        return (low > 0 || (low == 0 && IncludesFrom)) && (high < 0 || (high == 0 && IncludesTo));
    }
}
