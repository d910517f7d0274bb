using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage;
using MfaGateway.Sessions;
using MfaGateway.Storage;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.OpenRequests;

/// <summary>The cache of sessions over the store of a running gateway.</summary>
public sealed class SessionCacheTests
{
    [Fact]
    public async Task A_session_that_ends_while_it_is_read_is_not_kept()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser);
        Assert.True(SessionKey.TryFrom(browser.Cookies["mfa_session"], out var key));
        var cancellationToken = TestContext.Current.CancellationToken;
        var engine = new InterruptedStore(gateway.Get<GatewayStore>().Stores.Engine);
        var stores = new StoreServices(engine);
        var watch = new ChangeWatch(stores.Lifecycle);
        var factors = new AccountFactorsReader(stores.Transactions, gateway.Get<MagicCodeOptions>());
        var cache = new SessionCache(stores.Sessions, stores.Accounts, factors, watch);
        await watch.CatchUpAsync();

        engine.AfterNextRead = async () =>
        {
            await stores.Sessions.EndAllAsync(ada.AccountId, exceptId: null, cancellationToken);
            await watch.CatchUpAsync();
        };
        await cache.FindAsync(key, cancellationToken);

        Assert.Null(await cache.FindAsync(key, cancellationToken));
    }

    /// <summary>The gateway's own store, in which something happens between one reading and the next.</summary>
    private sealed class InterruptedStore(IStore store) : IStore
    {
        public Task<IReadOnlyList<string>> FindFaultsAsync(CancellationToken cancellationToken) => store.FindFaultsAsync(cancellationToken);

        public Func<Task>? AfterNextRead { get; set; }

        public string Location => store.Location;

        public Task OpenAsync(bool mayCreate, CancellationToken cancellationToken) => store.OpenAsync(mayCreate, cancellationToken);

        public Task<bool> ExistsAsync(CancellationToken cancellationToken) => store.ExistsAsync(cancellationToken);

        public async Task<T> ReadAsync<T>(Func<IStoreRead, Task<T>> work, CancellationToken cancellationToken)
        {
            var read = await store.ReadAsync(work, cancellationToken);
            if (AfterNextRead is { } interrupt)
            {
                AfterNextRead = null;
                await interrupt();
            }

            return read;
        }

        public Task<T> WriteAsync<T>(Func<IStoreWrite, Task<T>> work, CancellationToken cancellationToken) => store.WriteAsync(work, cancellationToken);

        /// <summary>The gateway ends its store itself.</summary>
        public ValueTask DisposeAsync() => default;
    }
}
