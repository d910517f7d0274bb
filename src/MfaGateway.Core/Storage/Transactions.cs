using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Storage;

/// <summary>
/// Where every rule meets the store: runs its work in a transaction of the engine, and keeps what tells of it (mails, audit entries, change
/// marks) in the same commit.
/// </summary>
public sealed class Transactions(IStore store)
{
    private readonly AuditTrail _trail = new();

    /// <summary>
    /// Raised after this process has committed something that a cached session depends on, and also where the commit broke off and may have
    /// happened. On the committing thread, before the caller goes on; handlers are short.
    /// </summary>
    public event EventHandler? Changed;

    /// <summary>The same for mails that wait to be delivered.</summary>
    public event EventHandler? MailKept;

    public IStore Store { get; } = store;

    /// <exception cref="InvalidOperationException">The store was opened without the key of its chain.</exception>
    public AuditChain Chain => _trail.Chain;

    /// <summary>Gives the key of the audit chain: before that nothing can be recorded.</summary>
    public void Open(AuditChain chain) => _trail.Open(chain);

    /// <inheritdoc cref="IStore.ReadAsync{T}"/>
    public Task<T> ReadAsync<T>(Func<IStoreRead, Task<T>> work, CancellationToken cancellationToken) =>
        Store.ReadAsync(work, cancellationToken);

    /// <inheritdoc cref="IStore.WriteAsync{T}"/>
    public async Task<T> WriteAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancellationToken)
    {
        Transaction? last = null;
        try
        {
            return await Store.WriteAsync(
                async records =>
                {
                    // Anew with each run: what an undone one would have told of did not happen.
                    var transaction = last = new Transaction(records);
                    var result = await work(transaction);
                    await transaction.KeepTracesAsync(_trail);
                    return result;
                },
                cancellationToken);
        }
        finally
        {
            // Here, and not in each rule, so that none can forget it.
            if (last is { IsUndone: false, HasChanges: true })
                Changed?.Invoke(this, EventArgs.Empty);
            if (last is { IsUndone: false, HasMails: true })
                MailKept?.Invoke(this, EventArgs.Empty);
        }
    }

    /// <summary>
    /// Takes what may be used once, and writes what follows from it in the same commit. Where what follows can't be, and undoes the
    /// transaction, it is taken all the same, by itself. It is not called off: what was right is spent.
    /// </summary>
    /// <param name="take">Says whether it was there to be taken; else nothing is kept.</param>
    /// <param name="follow">Written once it is taken; it may call <see cref="Transaction.Undo"/>.</param>
    /// <param name="last">Written behind both, for rows that are held last.</param>
    /// <returns>Whether it was taken.</returns>
    public async Task<bool> TakeAsync(Func<Transaction, Task<bool>> take, Func<Transaction, Task>? follow, Func<Transaction, Task>? last)
    {
        var (isTaken, isKept) = await TryTakeAsync(take, follow, last);
        return isKept || !isTaken ? isTaken : (await TryTakeAsync(take, follow: null, last)).IsTaken;
    }

    /// <summary>The same for work without a result.</summary>
    public Task WriteAsync(Func<Transaction, Task> work, CancellationToken cancellationToken) => WriteAsync(
        async transaction =>
        {
            await work(transaction);
            return true;
        },
        cancellationToken);

    private Task<(bool IsTaken, bool IsKept)> TryTakeAsync(
        Func<Transaction, Task<bool>> take, Func<Transaction, Task>? follow, Func<Transaction, Task>? last) => WriteAsync(
        async transaction =>
        {
            if (!await take(transaction))
            {
                transaction.Undo();
                return (false, false);
            }

            if (follow is not null)
                await follow(transaction);
            if (last is not null && !transaction.IsUndone)
                await last(transaction);
            return (true, !transaction.IsUndone);
        },
        CancellationToken.None);
}
