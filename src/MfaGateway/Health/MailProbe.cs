using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;
using MfaGateway.Mail;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MfaGateway.Health;

/// <summary>Whether mails get out. What is about single mailboxes is left out: whether there is one can't be learned here.</summary>
internal sealed class MailProbe : IHealthCheck
{
    private static readonly TimeSpan GivenUpMatters = TimeSpan.FromDays(1);

    private readonly MailOutbox _mails;
    private readonly IMailTransport _transport;
    private readonly TimeProvider _time;
    private readonly SharedProbe _probe;

    public MailProbe(MailOutbox mails, IMailTransport transport, TimeProvider time)
    {
        (_mails, _transport, _time) = (mails, transport, time);
        _probe = new SharedProbe(ProbeAsync);
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await _probe.AskAsync() ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded();

    private async Task<bool> ProbeAsync()
    {
        var now = _time.GetUtcNow();
        if (_transport.RestsUntil > now)
            return false;
        try
        {
            return !await _mails.AnyBlockedAsync(now - GivenUpMatters, CancellationToken.None);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or StoreRefusedException)
        {
            return true; // the report says of the store itself that it is out
        }
    }
}
