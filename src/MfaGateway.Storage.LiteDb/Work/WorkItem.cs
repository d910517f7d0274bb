namespace MfaGateway.Storage.LiteDb.Work;

/// <summary>A unit that waits for its turn, runs, and waits for the sync before it is answered.</summary>
internal abstract class WorkItem
{
    /// <summary>Runs the unit on the engine's thread. True where it returned, so that its writes count.</summary>
    public abstract bool Run(UnitOfWork unit);

    /// <summary>Gives what the unit returned or threw to the caller. Only after the sync: a refusal rests on what was read, too.</summary>
    public abstract void Answer();

    public abstract void Fail(Exception exception);
}
