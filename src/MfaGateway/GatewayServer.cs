using System.Security.Cryptography;
using MfaGateway.Commands;
using MfaGateway.Configuration;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using MfaGateway.Proxying;

namespace MfaGateway;

/// <summary>Runs a gateway until it is told to stop, and turns what prevents that into a sentence and an exit code.</summary>
public static class GatewayServer
{
    /// <returns>
    /// <see cref="ExitCodes.Done"/> after an orderly stop, <see cref="ExitCodes.Failed"/> when the store or the address
    /// can't be had, <see cref="ExitCodes.BadConfiguration"/> when the configuration is wrong.
    /// </returns>
    public static async Task<int> ServeAsync(
        IConfiguration configuration, string contentRoot, string environment, CancellationToken cancellationToken)
    {
        try
        {
            var builder = GatewayConfiguration.CreateBuilder(configuration, contentRoot, environment);
            await using var app = await GatewayHost.BuildAsync(builder, cancellationToken);
            await StartAsync(app, cancellationToken);
            await OfferSetupAsync(app, cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return ExitCodes.Done;
        }
        catch (ConfigurationFaultsException fault)
        {
            return await ConfigurationFaults.PrintAsync(fault.Faults);
        }
        catch (Exception fault) when (fault is StoreRefusedException or StoreUnavailableException or SigningKeyUnreadableException or IOException)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return ExitCodes.Failed;
        }
    }

    private static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or CryptographicException
            && fault.StackTrace?.Contains("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal) == true)
        {
            // Certificates that are missing or can't be read: Kestrel finds out when it opens its addresses.
            throw new ConfigurationFaultsException([$"Kestrel: {fault.Message.ReplaceLineEndings(" ")}"]);
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
