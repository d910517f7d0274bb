using MfaGateway.Core.Challenges;
using MfaGateway.Mail;
using MfaGateway.Mail.Templates;
using MfaGateway.Sessions;

namespace MfaGateway.Challenges;

public static class ClientContexts
{
    private const int MaxUserAgent = 256;

    public static ClientContext Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();

        var userAgent = context.Request.Headers.UserAgent.ToString();
        return new(address?.ToString() ?? string.Empty, userAgent.Length <= MaxUserAgent ? userAgent : userAgent[..MaxUserAgent])
        {
            Browser = context.RequestServices.GetRequiredService<GatewayCookies>().ReadBrowser(context),
            Languages = context.RequestServices.GetRequiredService<MailTexts>().Among(
                ReaderLanguages.Read(context.Request.Headers.AcceptLanguage.ToString())),
        };
    }
}
