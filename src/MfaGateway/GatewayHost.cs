using MfaGateway.Challenges;
using MfaGateway.Configuration;
using MfaGateway.Core.Storage;
using MfaGateway.Hardening;
using MfaGateway.Storage;

namespace MfaGateway;

/// <summary>Builds a gateway that is ready to run: configuration checked, store open, pipeline in place.</summary>
public static class GatewayHost
{
    /// <summary>Takes the builder's configuration as it is; <see cref="GatewayConfiguration"/> has put the sources in.</summary>
    /// <exception cref="ConfigurationFaultsException">Everything that is wrong with the configuration, at once.</exception>
    /// <exception cref="StoreRefusedException">The store must not be served from.</exception>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    public static async Task<WebApplication> BuildAsync(WebApplicationBuilder builder, CancellationToken cancellationToken)
    {
        var reading = await GatewayConfigurationReader.ReadWithProxyAsync(builder.Configuration, cancellationToken);
        if (reading.Faults.Count > 0)
            throw new ConfigurationFaultsException(reading.Faults);

        var (options, policies) = (reading.Options!, reading.Policies!);
        var store = await GatewayStore.OpenAsync(options, serving: true, cancellationToken);
        try
        {
            builder.Services.AddSingleton(await OldPasswordHashes.FindAsync(store.Stores.Transactions, Argon2Work.Of(options.Passwords), cancellationToken));
            builder.AddGateway(options, policies, store);
            var app = builder.Build();

            // From here on the container owns the store and closes it at the end.
            app.Services.GetRequiredService<GatewayStore>();
            app.UseGateway(options);
            app.Logger.WarnIfUnpatched(Environment.Version);
            app.Logger.WarnIfCodesLiveLong(options.MagicCode);
            app.Logger.WarnIfResetIsOff(options);
            return app;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }
}
