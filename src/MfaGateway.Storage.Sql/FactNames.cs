namespace MfaGateway.Storage.Sql;

/// <summary>Rows of <c>facts</c> that the stores themselves keep. Callers of <c>TryAddFactAsync</c> give their facts other names.</summary>
internal static class FactNames
{
    /// <summary>No value: a row to hold. See <see cref="LastAdministrator"/>.</summary>
    public const string Administrators = "administrators";

    /// <summary>The latest time that any gateway on this store has seen, as <see cref="Columns.ToBytes"/>.</summary>
    public const string ClockMark = "clock-mark";

    /// <summary>The time of the last probe, as <see cref="Columns.ToBytes"/>.</summary>
    public const string Probe = "probe";

    /// <summary>The token that makes the first administrator. See <see cref="SetupTokens"/>.</summary>
    public const string SetupToken = "setup-token";
}
