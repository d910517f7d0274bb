namespace MfaGateway.Storage.Memory;

/// <summary>What record sets run in: the state as it is for this work alone.</summary>
internal sealed class MemoryScope(MemoryState state, bool mayWrite)
{
    public MemoryState State { get; } = state;

    public bool IsUndone { get; private set; }

    public void Undo() => IsUndone = true;

    public Task<T> Read<T>(Func<MemoryState, T> read) => Task.FromResult(read(State));

    /// <exception cref="InvalidOperationException">The work only reads.</exception>
    public Task<T> Write<T>(Func<MemoryState, T> write) => mayWrite
        ? Task.FromResult(write(State))
        : throw new InvalidOperationException("Work that reads may not write.");

    /// <inheritdoc cref="Write{T}"/>
    public Task Write(Action<MemoryState> write) => Write(state =>
    {
        write(state);
        return true;
    });
}
