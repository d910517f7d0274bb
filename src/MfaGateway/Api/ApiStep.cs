using System.Text.Json.Serialization;
using MfaGateway.Core.Challenges;

namespace MfaGateway.Api;

/// <summary>What is asked next, in words that stay.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApiStep>))]
public enum ApiStep
{
    [JsonStringEnumMemberName("sign-in")]
    SignIn,

    [JsonStringEnumMemberName("password")]
    Password,

    [JsonStringEnumMemberName("totp")]
    Totp,

    [JsonStringEnumMemberName("recovery-code")]
    RecoveryCode,

    [JsonStringEnumMemberName("magic-code")]
    MagicCode,

    [JsonStringEnumMemberName("passkey")]
    Passkey,

    [JsonStringEnumMemberName("enroll-totp")]
    EnrollTotp,

    [JsonStringEnumMemberName("enrollment-code")]
    EnrollmentCode,

    [JsonStringEnumMemberName("save-recovery-codes")]
    SaveRecoveryCodes,

    [JsonStringEnumMemberName("ask-administrator")]
    AskAdministrator,

    [JsonStringEnumMemberName("done")]
    Done,
}

/// <summary>The steps of a challenge in the API's words.</summary>
public static class ApiSteps
{
    public static ApiStep Of(ChallengeStep step) => step switch
    {
        ChallengeStep.SignIn => ApiStep.SignIn,
        ChallengeStep.Password => ApiStep.Password,
        ChallengeStep.Totp => ApiStep.Totp,
        ChallengeStep.MagicCode => ApiStep.MagicCode,
        ChallengeStep.Passkey => ApiStep.Passkey,
        ChallengeStep.EnrollTotp => ApiStep.EnrollTotp,
        ChallengeStep.EnrollmentCode => ApiStep.EnrollmentCode,
        ChallengeStep.SaveRecoveryCodes => ApiStep.SaveRecoveryCodes,
        ChallengeStep.AskAdministrator => ApiStep.AskAdministrator,
        ChallengeStep.Done => ApiStep.Done,
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "The API has no word for this step."),
    };
}
