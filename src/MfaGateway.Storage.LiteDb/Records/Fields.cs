namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>
/// The fields of all documents, in one place: each document carries the names of those that it has. One that is null, empty or
/// false is left out.
/// </summary>
internal static class Fields
{
    public const string Id = "_id";

    /// <summary>Indexed: whose it is, and its own id or place, so that no two are alike (<see cref="Keys.Join"/>).</summary>
    public const string Owner = "a";

    /// <summary>Indexed: the hash of the token that it is found by.</summary>
    public const string Token = "t";

    /// <summary>Indexed: from when on it is swept, in unix milliseconds.</summary>
    public const string End = "x";

    /// <summary>Indexed: a folded name, or what else it is found by.</summary>
    public const string Name = "n";

    /// <summary>Indexed: a folded address.</summary>
    public const string Mailbox = "m";

    /// <summary>Indexed: which request, session or link it belongs to.</summary>
    public const string Of = "f";

    /// <summary>Indexed: when it is its turn.</summary>
    public const string Due = "d";

    public const string Account = "o";
    public const string Actor = "r";
    public const string Agent = "u";
    public const string Algorithm = "k";
    public const string Application = "q";
    public const string Client = "d";
    public const string Closed = "b";
    public const string CoolDowns = "l";
    public const string Count = "n";
    public const string Detail = "v";
    public const string Digits = "g";
    public const string Disabled = "b";
    public const string DisplayName = "d";
    public const string Email = "e";
    public const string Ended = "b";
    public const string Epoch = "p";
    public const string Event = "e";
    public const string Exact = "e";
    public const string Factor = "f";
    public const string Failed = "w";
    public const string Fault = "f";
    public const string First = "f";
    public const string Generation = "v";
    public const string Groups = "g";
    public const string Hash = "h";
    public const string Item = "i";
    public const string Kind = "k";
    public const string Languages = "o";
    public const string Lax = "l";
    public const string Limit = "k";
    public const string Mac = "m";
    public const string MacBefore = "b";
    public const string Made = "c";
    public const string Mailed = "m";
    public const string Minutes = "m";
    public const string Number = "n";
    public const string OffByAdministrator = "r";
    public const string OffByOwner = "f";
    public const string Match = "m";
    public const string Period = "y";
    public const string Policy = "y";
    public const string Proofs = "p";
    public const string Registers = "b";
    public const string Replaces = "z";
    public const string ReturnUrl = "r";
    public const string Seal = "s";
    public const string Secret = "s";
    public const string Seen = "l";
    public const string SignedIn = "l";
    public const string StartsAt = "w";
    public const string State = "w";
    public const string Status = "h";
    public const string Step = "p";
    public const string StepsUp = "j";
    public const string Succeeded = "s";
    public const string Text = "s";
    public const string Used = "w";
    public const string UserName = "u";
    public const string Value = "v";
    public const string Verified = "v";
    public const string VerifiedAt = "w";
    public const string Version = "v";
    public const string Window = "w";
    public const string WindowEnd = "e";
}
