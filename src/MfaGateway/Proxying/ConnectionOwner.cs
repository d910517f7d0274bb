using MfaGateway.Sessions;

namespace MfaGateway.Proxying;

/// <summary>Whose upstream connection a request is sent on, where a cluster authenticates connections.</summary>
/// <param name="Session">Of the person who is signed in.</param>
/// <param name="ClientConnection">The client's own connection: a handshake's messages follow each other on it.</param>
/// <param name="ClientClosed">Canceled when that connection is closed.</param>
internal sealed record ConnectionOwner(LiveSession Session, string ClientConnection, CancellationToken ClientClosed)
{
    /// <summary>Carries it with the request, from where the client is known to where the connection is chosen.</summary>
    public static readonly HttpRequestOptionsKey<ConnectionOwner> Key = new("MfaGateway.ConnectionOwner");
}
