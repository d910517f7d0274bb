using MfaGateway.Hardening;
using MfaGateway.Proxying;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MfaGateway.Health;

/// <summary>What the gateway is asked about: the store persists, the clock is right, the keys sign, mails get out.</summary>
internal static class HealthRegistration
{
    public const string Store = "store";
    public const string Clock = "clock";
    public const string Keys = "keys";
    public const string Mail = "mail";

    public static void AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StoreProbe>().AddSingleton<ClockProbe>().AddSingleton<MailProbe>();
        builder.Services.AddHostedService<ClockWatch>();
        // No other gateway would get the mails out that this one can't: a balancer must not take it out for that.
        builder.Services.AddHealthChecks()
            .AddCheck<StoreProbe>(Store)
            .AddCheck<ClockProbe>(Clock)
            .AddCheck<KeyCheck>(Keys)
            .AddCheck<MailProbe>(Mail, HealthStatus.Degraded);
        // A line for each question, and strangers may ask. The checks themselves log what changes.
        builder.Logging.Hold((category, _) => category.StartsWith("Microsoft.Extensions.Diagnostics.HealthChecks.", StringComparison.Ordinal));
    }

    private sealed class KeyCheck(SigningKeyRing keys) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(keys.IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }
}
