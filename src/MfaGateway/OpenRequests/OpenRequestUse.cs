namespace MfaGateway.OpenRequests;

/// <summary>Whether an open request keeps its session from being idle.</summary>
public enum OpenRequestUse
{
    /// <summary>
    /// It does, as long as it is open: an upload, a download, an answer that takes its time. The server and the forwarder end
    /// those on which nothing moves.
    /// </summary>
    Transfer,

    /// <summary>A WebSocket: what the person's side sends does, what the app sends does not.</summary>
    Conversation,

    /// <summary>An event stream: nobody need be there to receive it, so it does not.</summary>
    Broadcast,
}
