using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;

namespace MfaGateway.Core.Access;

/// <summary>What a route demands.</summary>
public sealed class AccessPolicy
{
    public const string AnonymousName = "anonymous-route";
    public const string DenyName = "deny";
    public const string AccountChangeName = "account-change";
    public const string AdministrationName = "administration";

    private static readonly TimeSpan MaxAgeForAdministration = TimeSpan.FromMinutes(15);

    /// <summary>The policy of a route that names none.</summary>
    public const string DefaultName = StrengthNames.TwoFactor;

    public static AccessPolicy Anonymous { get; } = new() { Name = AnonymousName, Demand = AccessDemand.Nothing };

    public static AccessPolicy OneFactor { get; } = new() { Name = StrengthNames.OneFactor, Demand = new(Strength.OneFactor, null) };

    public static AccessPolicy TwoFactor { get; } = new() { Name = StrengthNames.TwoFactor, Demand = new(Strength.TwoFactor, null) };

    /// <summary>
    /// Changing one's own factors or password: fresh proofs of all that the person has. One factor is enough where there
    /// is but one; the rules ask whoever has a second for that too.
    /// </summary>
    public static AccessPolicy AccountChange { get; } = new()
    {
        Name = AccountChangeName,
        Demand = new(Strength.OneFactor, ChallengeRules.MaxAgeForFactorChange),
    };

    /// <summary>Looking after other people's accounts: an administrator, with two fresh factors.</summary>
    /// <param name="group">The administrators' group.</param>
    public static AccessPolicy Administration(string group) => new()
    {
        Name = AdministrationName,
        Demand = new(Strength.TwoFactor, MaxAgeForAdministration),
        Groups = [GroupNames.Fold(group)],
    };

    public static AccessPolicy Deny { get; } = new()
    {
        Name = DenyName,
        Demand = new(Strength.PhishingResistant, null),
        DeniesEverybody = true,
    };

    public required string Name { get; init; }

    /// <summary>How strongly, and how recently, a person must have proved who they are.</summary>
    public required AccessDemand Demand { get; init; }

    public bool DeniesEverybody { get; init; }

    /// <summary>Folded names of groups whose members may pass. With <see cref="Users"/> it reads as one list: either lets a person in.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Folded names of people who may pass.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>Networks that a request must come from; empty means any. It is demanded beside everything else.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; init; } = [];
}

/// <summary>The part of a policy that a challenge can meet.</summary>
/// <param name="Strength">The least that is enough.</param>
/// <param name="MaxAge">How old each proof may be at most; null for the session's whole life.</param>
public sealed record AccessDemand(Strength Strength, TimeSpan? MaxAge)
{
    public static AccessDemand Nothing { get; } = new(Strength.None, null);

    /// <summary>What a code sent by e-mail counts for.</summary>
    public MailedCodes MailedCodes { get; init; }
}

/// <summary>What a policy takes a code sent by e-mail for.</summary>
public enum MailedCodes
{
    /// <summary>In place of a password, where signing in that way is on.</summary>
    FirstFactor,

    /// <summary>Also as the second factor after a password, for people who have no other.</summary>
    SecondFactorToo,

    /// <summary>Nothing.</summary>
    Nothing,
}
