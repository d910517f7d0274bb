using MfaGateway.Core.Storage;
using MfaGateway.TestKit.Stores;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>Signing keys in a store of a test's own, shared by any number of gateways, with a switch to make it unavailable.</summary>
internal sealed class KeptKeys : IAsyncDisposable
{
    private readonly SqliteStoreFixture _place;
    private readonly StoreServices _services;
    private readonly StoreOutage _outage;

    private KeptKeys(SqliteStoreFixture place, StoreServices services)
    {
        _place = place;
        _services = services;
        _outage = new StoreOutage(services.Engine);
        Store = new SigningKeyStore(new Transactions(_outage));
    }

    public SigningKeyStore Store { get; }

    public bool IsDown
    {
        get => _outage.IsDown;
        set => _outage.IsDown = value;
    }

    public static async Task<KeptKeys> AddAsync(CancellationToken cancellationToken)
    {
        var place = new SqliteStoreFixture();
        return new KeptKeys(place, await place.CreateAsync(cancellationToken));
    }

    public Task<IReadOnlyList<SigningKeyRow>> ListAsync(CancellationToken cancellationToken) => Store.ListAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _place.DisposeAsync();
    }
}
