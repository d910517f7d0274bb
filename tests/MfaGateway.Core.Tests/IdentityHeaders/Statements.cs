using System.Buffers.Text;
using System.Text.Json;
using MfaGateway.Core.Access;
using MfaGateway.Core.IdentityHeaders;

namespace MfaGateway.Core.Tests.IdentityHeaders;

/// <summary>A person to state, and a look into what was written.</summary>
internal static class Statements
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static IdentityStatement Anna => new()
    {
        Subject = "acc-7Qy",
        UserName = "anna",
        Email = "anna@example.test",
        Name = "Anna Ødegård",
        Groups = ["finance", "staff"],
        Amr = ["pwd", "otp", "mfa"],
        Acr = StrengthNames.TwoFactor,
        AuthTime = Noon.AddMinutes(-5),
        SessionId = "ses-1",
        Proofs = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal)
        {
            ["pwd"] = Noon.AddMinutes(-6),
            ["otp"] = Noon.AddMinutes(-5),
        },
    };

    public static AssertionScope Scope(TimeSpan? lifetime = null) =>
        new("https://gate.example.test", "wiki", Noon, lifetime ?? TimeSpan.FromSeconds(60));

    public static JsonElement Header(string token) => Part(token, 0);

    public static JsonElement Claims(string token) => Part(token, 1);

    private static JsonElement Part(string token, int index) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[index])).RootElement;
}
