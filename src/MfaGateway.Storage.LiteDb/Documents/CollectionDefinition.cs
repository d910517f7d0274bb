namespace MfaGateway.Storage.LiteDb.Documents;

/// <summary>
/// A collection and the fields that it has an index of, besides <c>_id</c>. Each index costs one to three pages of the log in
/// every unit that adds or removes a document or changes the field, and each collection at least two: few of both.
/// </summary>
/// <remarks>
/// A document without the field is not found by the index. No index is unique: a unit looks first, and is alone while it
/// runs.
/// </remarks>
internal sealed class CollectionDefinition
{
    /// <summary>Longest name of a collection or field: each document carries its field names.</summary>
    private const int MaxName = 16;

    /// <exception cref="ArgumentException">A name is empty, longer than 16 characters or not of <c>a-z</c> and <c>0-9</c>.</exception>
    public CollectionDefinition(string name, params string[] indexes)
    {
        foreach (var part in (string[])[name, .. indexes])
        {
            if (part.Length is 0 or > MaxName || !part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
                throw new ArgumentException($"\"{part}\" must be 1 to {MaxName} characters of a-z and 0-9.");
        }

        (Name, Indexes) = (name, indexes);
    }

    public string Name { get; }

    public IReadOnlyList<string> Indexes { get; }
}
