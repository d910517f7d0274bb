namespace MfaGateway.OpenRequests;

/// <summary>What becomes of an open request.</summary>
internal enum OpenRequestVerdict
{
    Holds,

    /// <summary>Its session has ended, by whatever.</summary>
    SessionOver,

    /// <summary>Its person may not be there any more.</summary>
    AccessOver,

    /// <summary>The store can't say.</summary>
    Unknown,
}
