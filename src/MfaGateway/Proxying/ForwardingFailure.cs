using System.Security.Authentication;
using Yarp.ReverseProxy.Forwarder;

namespace MfaGateway.Proxying;

/// <summary>Why a request was not forwarded to its end, in words that quote nothing of what was sent or answered.</summary>
internal static class ForwardingFailure
{
    /// <summary>Whether the message names an address, a socket's error or a certificate's alone, or what a server does not speak.</summary>
    public static bool IsSafeToShow(HttpRequestException failure) => failure.HttpRequestError is
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
        or HttpRequestError.VersionNegotiationError or HttpRequestError.ExtendedConnectNotSupported;

    public static string Describe(Exception? failure) => failure switch
    {
        null => "no further detail",
        AggregateException several => string.Join("; ", several.InnerExceptions.Select(Describe)),
        UnusableAnswerException => failure.Message,
        HttpRequestException { InnerException: AuthenticationException inner } => $"{failure.Message} {inner.Message}",
        HttpRequestException http when IsSafeToShow(http) => failure.Message,
        HttpRequestException http => http.HttpRequestError.ToString(),
        HttpIOException body => body.HttpRequestError.ToString(),
        _ => failure.GetType().Name,
    };

    /// <summary>Whether the client has left, which is no one's fault.</summary>
    public static bool IsByClient(ForwarderError error) => error is
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled
        or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled;
}
