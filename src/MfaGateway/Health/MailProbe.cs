using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;
using MfaGateway.Mail;

namespace MfaGateway.Health;

/// <summary>Whether mails get out. What is about single mailboxes is left out: nobody learns here whether there is one.</summary>
internal sealed class MailProbe
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

    public Task<bool> GetsOutAsync() => _probe.AskAsync();

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
