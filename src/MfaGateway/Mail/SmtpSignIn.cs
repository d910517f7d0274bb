using System.Net;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MfaGateway.Configuration;
using MfaGateway.Core.Mail;

namespace MfaGateway.Mail;

/// <summary>
/// Signs in to a mail server (RFC 4954): with a password by the strongest mechanism that both sides know, or with an OAuth 2.0 access
/// token.
/// </summary>
internal static class SmtpSignIn
{
    private const string BearerMechanism = "OAUTHBEARER"; // RFC 7628

    /// <exception cref="MailNotTakenException">There is no usable token, or the server offers no way to sign in.</exception>
    public static async Task SignInAsync(SmtpClient client, string user, SmtpOptions options, CancellationToken cancellationToken)
    {
        try
        {
            if (options.AccessTokenFile is { } file)
                await client.AuthenticateAsync(MechanismOf(client, user, await ReadTokenAsync(file, cancellationToken)), cancellationToken);
            else
                await client.AuthenticateAsync(Encoding.UTF8, new NetworkCredential(user, options.Password), cancellationToken);
        }
        catch (NotSupportedException failure)
        {
            throw Refuse($"The mail server can't be signed in to: {failure.Message}");
        }
    }

    private static SaslMechanism MechanismOf(SmtpClient client, string user, string token) =>
        client.AuthenticationMechanisms.Contains(BearerMechanism) ? new SaslMechanismOAuthBearer(user, token) : new SaslMechanismOAuth2(user, token);

    /// <summary>Read each time: tokens are good for an hour or so, and another program renews them.</summary>
    private static async Task<string> ReadTokenAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var token = (await File.ReadAllTextAsync(file, cancellationToken)).TrimEnd('\r', '\n');
            // RFC 6749 A.12. Control characters divide the parts of what is sent.
            return token.Length > 0 && token.All(c => c is > ' ' and <= '~') ? token : throw Refuse($"{file} must hold one access token.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refuse($"The access token can't be read: {failure.Message}");
        }
    }

    private static MailNotTakenException Refuse(string message) => new(MailFault.SignInRefused, message) { StopsAll = true };
}
