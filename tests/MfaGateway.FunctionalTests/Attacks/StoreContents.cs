using System.Text;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Copies;
using MfaGateway.TestKit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Everything that a gateway's store holds, on whichever engine.</summary>
internal static class StoreContents
{
    /// <summary>As text, to be compared with a later reading: all but the mails, which leave by themselves.</summary>
    public static async Task<string> ReadAsync(GatewayUnderTest gateway)
    {
        var items = (await ListAsync(gateway)).Where(item => item is not KeptMail);
        return string.Join('\n', items.Select(item => Encoding.UTF8.GetString(KeptJson.Write(item))).Order(StringComparer.Ordinal));
    }

    public static async Task<IReadOnlyList<KeptItem>> ListAsync(GatewayUnderTest gateway)
    {
        var items = new List<KeptItem>();
        await foreach (var item in new StoreReading(gateway.Get<Transactions>(), CopyExtent.Everything).ReadAsync(CancellationToken.None))
            items.Add(item);
        return items;
    }
}
