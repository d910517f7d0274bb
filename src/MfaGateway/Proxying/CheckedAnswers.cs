using System.Net;

namespace MfaGateway.Proxying;

/// <summary>
/// Takes no answer that would leave HTTP without having been asked to (RFC 9110 15.2.2), and no exception that quotes an
/// answer: its lines may hold cookies, and exceptions are logged.
/// </summary>
internal sealed class CheckedAnswers(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await ReceiveAsync(request, cancellationToken)
            ?? throw new UnusableAnswerException("The answer can't be read as HTTP.");
        if (response.StatusCode != HttpStatusCode.SwitchingProtocols || IsAsked(request, response))
            return response;
        response.Dispose();
        throw new UnusableAnswerException("The answer switches to a protocol that was not asked for.");
    }

    /// <summary>Null where the answer can't be read. That exception ends here, because its message quotes the answer.</summary>
    private async Task<HttpResponseMessage?> ReceiveAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException failure) when (!ForwardingFailure.IsSafeToShow(failure))
        {
            return null;
        }
    }

    private static bool IsAsked(HttpRequestMessage request, HttpResponseMessage response)
    {
        var asked = request.Headers.Upgrade.Select(protocol => protocol.ToString()).ToList();
        var chosen = response.Headers.Upgrade.Select(protocol => protocol.ToString()).ToList();
        return chosen.Count > 0 && chosen.TrueForAll(protocol => asked.Contains(protocol, StringComparer.OrdinalIgnoreCase));
    }
}
