using MfaGateway.Configuration;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Mail;
using MfaGateway.Storage;

namespace MfaGateway.Commands.Remote;

/// <summary>The gateway that a command runs in: what it would otherwise open for itself.</summary>
internal sealed record CommandHost(
    GatewayOptions Options, GatewayStore Store, IPasswordHashing Hashing, MailSignal Signal, IConfiguration Configuration, TimeProvider Time)
{
    private static readonly AsyncLocal<CommandHost?> OfInvocation = new();

    /// <summary>Null in a process of the command's own.</summary>
    public static CommandHost? Current => OfInvocation.Value;

    /// <summary>Commands from here on in this flow of control run in this gateway.</summary>
    public static void Use(CommandHost host) => OfInvocation.Value = host;
}
