using MfaGateway.Core.Storage;
using MfaGateway.Storage.Memory;

namespace MfaGateway.TestKit.Stores;

/// <summary>A store in memory; each "process" of a test shares its place.</summary>
public sealed class MemoryStoreFixture : StoreFixture
{
    private readonly MemoryPlace _place = new();

    public override StoreServices ConnectWithoutKey() => new(new MemoryStore(_place));

    public override ValueTask DisposeAsync()
    {
        _place.Dispose();
        return ValueTask.CompletedTask;
    }
}
