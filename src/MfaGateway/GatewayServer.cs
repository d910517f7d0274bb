using System.Net.Sockets;
using System.Security.Cryptography;
using MfaGateway.Commands;
using MfaGateway.Configuration;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using MfaGateway.Hardening;
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
            var isStarted = false;
            // What fails while starting is said below in a sentence; the host would log it with its whole stack as well.
            builder.Logging.Hold((category, _) => category == "Microsoft.Extensions.Hosting.Internal.Host" && !Volatile.Read(ref isStarted));
            await using var app = await GatewayHost.BuildAsync(builder, cancellationToken);
            await StartAsync(app, configuration, cancellationToken);
            Volatile.Write(ref isStarted, true);
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

    private static async Task StartAsync(WebApplication app, IConfiguration configuration, CancellationToken cancellationToken)
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
        catch (SocketException fault)
        {
            // An address of another machine, or a port that takes a right. The system does not say which one.
            throw new IOException($"Can't listen on {Addresses(configuration)}: {fault.Message}.", fault);
        }
    }

    private static string Addresses(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).ToList();
        return endpoints.Count > 0 ? string.Join(", ", endpoints) : configuration[WebHostDefaults.ServerUrlsKey] ?? "http://localhost:5000";
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
