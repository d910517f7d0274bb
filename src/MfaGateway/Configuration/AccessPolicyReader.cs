using System.Net;
using MfaGateway.Core.Access;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Configuration;

/// <summary>Makes access policies of what is configured at <c>MfaGateway:Policies</c>.</summary>
internal static class AccessPolicyReader
{
    public const string AllowedFactors =
        $"{StrengthNames.OneFactor}, {StrengthNames.TwoFactor}, {TwoFactorWithMail}, {OneFactorWithoutMail} or {TwoFactorWithoutMail}";

    private const string TwoFactorWithMail = $"{StrengthNames.TwoFactor} +magic-code";
    private const string OneFactorWithoutMail = $"{StrengthNames.OneFactor} -magic-code";
    private const string TwoFactorWithoutMail = $"{StrengthNames.TwoFactor} -magic-code";

    private const string Section = $"{GatewayOptions.SectionName}:Policies";

    // YARP reads these in a route's AuthorizationPolicy before it asks anybody for a policy.
    private static readonly string[] NamesOfYarp = ["anonymous", "default"];

    /// <param name="mailsCodes">Whether people may sign in by mail at all.</param>
    public static IEnumerable<string> Faults(IDictionary<string, AccessPolicyOptions> policies, bool mailsCodes) =>
        policies.SelectMany(pair => Faults(pair.Key, pair.Value, mailsCodes));

    /// <summary>
    /// Policies and settings of them that are there and hold nothing. They would restrict nothing, while their author took the last group or
    /// network away: of Groups and Users one must hold an entry.
    /// </summary>
    public static IEnumerable<string> Empty(IConfiguration configuration) => configuration.GetSection(Section).GetChildren()
        .SelectMany(policy => policy.Value is null && !policy.GetChildren().Any()
            ? [$"{policy.Path} must hold a setting, or be left out, but was null."]
            : EmptyLists(policy).Concat(Nulls(policy)));

    private static IEnumerable<string> EmptyLists(IConfigurationSection policy)
    {
        IConfigurationSection[] people = [policy.GetSection(nameof(AccessPolicyOptions.Groups)), policy.GetSection(nameof(AccessPolicyOptions.Users))];
        var networks = policy.GetSection(nameof(AccessPolicyOptions.Networks));
        foreach (var list in people.Any(HasEntry) ? [networks] : people.Append(networks))
        {
            if (policy.GetChildren().Any(child => child.Key.Equals(list.Key, StringComparison.OrdinalIgnoreCase)) && !HasEntry(list))
                yield return $"{list.Path} must hold an entry, or be left out, but was {(list.Value is null && !list.GetChildren().Any() ? "null" : "empty")}: without entries it restricts nothing. The policy deny keeps everyone out.";
        }
    }

    private static IEnumerable<string> Nulls(IConfigurationSection policy) =>
        from child in policy.GetChildren()
        from key in new[] { nameof(AccessPolicyOptions.Factors), nameof(AccessPolicyOptions.MaxAge) }
        where child.Key.Equals(key, StringComparison.OrdinalIgnoreCase) && child.Value is null && !child.GetChildren().Any()
        select $"{child.Path} must be {GatewaySettings.All.First(setting => setting.Key == $"Policies:*:{key}").Allowed}, or be left out, but was null.";

    private static bool HasEntry(IConfigurationSection list) => list.GetChildren().Any(entry => entry.Value is not null);

    /// <summary>To be called without faults only.</summary>
    public static AccessPolicies Read(IDictionary<string, AccessPolicyOptions> policies, string administratorGroup) =>
        new(policies.Select(pair => Read(pair.Key, pair.Value)).Prepend(AccessPolicy.Administration(administratorGroup)));

    /// <summary>Whether the policy takes a mailed code for the second factor of people who have no other.</summary>
    public static bool TakesMail(AccessPolicyOptions policy) => policy.Factors == TwoFactorWithMail;

    /// <summary>What is said of a policy, or a route, that asks for a passkey.</summary>
    public static string PhishingResistant(string fullKey, string allowed) =>
        $"{fullKey} must be {allowed}, but was \"{StrengthNames.PhishingResistant}\": that takes passkeys, which this version does not have.";

    private static IEnumerable<string> Faults(string name, AccessPolicyOptions policy, bool mailsCodes)
    {
        if (TakesMail(policy) && !mailsCodes)
            yield return $"{Section}:{name}:Factors takes mailed codes, but {GatewayOptions.SectionName}:MagicCode:Enabled is false: set it to true, or leave \"+magic-code\" out.";
        if (name.Length == 0 || name.Trim().Length < name.Length)
            yield return $"{Section}:{name} must have a name without blanks around it, but was \"{name}\".";
        if (IsTaken(name))
            yield return $"{Section}:{name} must have a name of its own, but {name} is built in.";
        if (policy.Factors == StrengthNames.PhishingResistant)
            yield return PhishingResistant($"{Section}:{name}:Factors", AllowedFactors);
        else if (DemandOf(policy) is null)
            yield return $"{Section}:{name}:Factors must be {AllowedFactors}, but was {ShownValue.Of(policy.Factors)}.";
    }

    private static bool IsTaken(string name) =>
        AccessPolicies.BuiltIn.Concat(AccessPolicies.OwnPages).Select(policy => policy.Name)
            .Concat(NamesOfYarp)
            .Append(AccessPolicy.AdministrationName)
            .Append(StrengthNames.PhishingResistant)
            .Append(StrengthNames.None)
            .Contains(name, StringComparer.OrdinalIgnoreCase);

    private static AccessPolicy Read(string name, AccessPolicyOptions policy) => new()
    {
        Name = name,
        Demand = DemandOf(policy)!,
        Groups = [.. policy.Groups.Select(GroupNames.Fold)],
        Users = [.. policy.Users.Select(UserNames.Fold)],
        Networks = [.. policy.Networks.Select(IPNetwork.Parse)],
    };

    /// <summary>Null for what is none of <see cref="AllowedFactors"/>.</summary>
    private static AccessDemand? DemandOf(AccessPolicyOptions policy) => policy.Factors switch
    {
        StrengthNames.OneFactor => new(Strength.OneFactor, policy.MaxAge),
        StrengthNames.TwoFactor => new(Strength.TwoFactor, policy.MaxAge),
        TwoFactorWithMail => new(Strength.TwoFactor, policy.MaxAge) { MailedCodes = MailedCodes.SecondFactorToo },
        OneFactorWithoutMail => new(Strength.OneFactor, policy.MaxAge) { MailedCodes = MailedCodes.Nothing },
        TwoFactorWithoutMail => new(Strength.TwoFactor, policy.MaxAge) { MailedCodes = MailedCodes.Nothing },
        _ => null,
    };
}
