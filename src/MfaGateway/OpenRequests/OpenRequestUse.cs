namespace MfaGateway.OpenRequests;

/// <summary>Whether an open request keeps its session from being idle.</summary>
public enum OpenRequestUse
{
    /// <summary>
    /// An upload, a download, an answer that takes its time: each byte does, in either direction. That the request is open does
    /// not.
    /// </summary>
    Transfer,

    /// <summary>A WebSocket: what the person's side sends does, what the app sends does not.</summary>
    Conversation,

    /// <summary>An event stream: nobody need be there to receive it, so it does not.</summary>
    Broadcast,
}
