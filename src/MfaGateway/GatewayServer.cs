using MfaGateway.Configuration;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using MfaGateway.Proxying;

namespace MfaGateway;

/// <summary>Runs a gateway until it is told to stop, and turns what prevents that into a sentence and an exit code.</summary>
public static class GatewayServer
{
    /// <summary>sysexits.h calls this EX_CONFIG.</summary>
    public const int BadConfiguration = 78;

    private const int Failed = 1;

    /// <returns>0 after an orderly stop, 1 when the store or the address can't be had, 78 when the configuration is wrong.</returns>
    public static async Task<int> ServeAsync(
        IConfiguration configuration, string contentRoot, string environment, CancellationToken cancellationToken)
    {
        try
        {
            var builder = GatewayConfiguration.CreateBuilder(configuration, contentRoot, environment);
            await using var app = await GatewayHost.BuildAsync(builder, cancellationToken);
            await app.StartAsync(cancellationToken);
            await OfferSetupAsync(app, cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (ConfigurationFaultsException fault)
        {
            foreach (var line in fault.Faults)
                await Console.Error.WriteLineAsync(line);
            return BadConfiguration;
        }
        catch (Exception fault) when (fault is StoreRefusedException or StoreUnavailableException or SigningKeyUnreadableException or IOException)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return Failed;
        }
    }

    /// <summary>A store without anybody in it: one line with the one-time link that makes the first administrator.</summary>
    private static async Task OfferSetupAsync(WebApplication app, CancellationToken cancellationToken)
    {
        if (await app.Services.GetRequiredService<AccountService>().OfferSetupAsync(cancellationToken) is not { } token)
            return;

        var options = app.Services.GetRequiredService<GatewayOptions>();
        var origin = options.PublicOrigin ?? app.Urls.First().TrimEnd('/').Replace("://0.0.0.0", "://localhost").Replace("://[::]", "://localhost");
        Console.WriteLine($"First run: make the first administrator within an hour at {origin}{options.PathPrefix}/setup?token={token.Reveal()}");
    }
}
