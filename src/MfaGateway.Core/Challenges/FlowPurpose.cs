namespace MfaGateway.Core.Challenges;

/// <summary>What a flow is for, beyond meeting its policy. The numbers are stored: never reuse one.</summary>
public enum FlowPurpose
{
    /// <summary>Nothing beyond: it ends when its policy is met.</summary>
    MeetPolicy = 0,

    /// <summary>A signed-in person wants one more authenticator, or a first one that nothing demands.</summary>
    AddAuthenticator = 1,

    /// <summary>A signed-in person has made new recovery codes, which the flow shows.</summary>
    SaveNewCodes = 2,
}
