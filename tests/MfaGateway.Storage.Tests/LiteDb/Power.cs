namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>
/// What the files of a simulated machine have in common: they count their writes and syncs, and fail from a chosen one on.
/// </summary>
internal sealed class Power
{
    private long _operations;

    /// <summary>The operation at which the power goes. Writes in flight are on the disk in part, or not.</summary>
    public long CutAt { get; set; } = long.MaxValue;

    public bool IsOff { get; private set; }

    public void Use()
    {
        if (!IsOff && ++_operations >= CutAt)
            IsOff = true;
        if (IsOff)
            throw new IOException("The power is off.");
    }
}
