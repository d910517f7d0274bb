using System.Reflection;
using System.Runtime.CompilerServices;
using MfaGateway.Core.Mail;
using MfaGateway.Storage.Sql;
using Xunit;

namespace MfaGateway.FunctionalTests.Secrets;

/// <summary>A record prints all that it holds, into a log or the message of a fault, unless it says otherwise.</summary>
public sealed class PrintedRecordTests
{
    private const string Secret = "velvet-87654321";
    private const int Number = 87654321;

    private static readonly string[] Secrets = ["Code", "Codes", "Link", "Token", "Password", "Secret", "Text", "Html"];

    // Texts of these are which limit is closed, what an administrator looks for, and what stands on a button.
    private static readonly string[] Harmless =
        ["MfaGateway.Commands.ShownLock", "MfaGateway.Core.Accounts.AccountFilter", "MfaGateway.Hardening.ProblemLink", "MfaGateway.Access.EndedPage"];

    [Fact]
    public void No_record_prints_a_code_a_link_a_token_a_password_or_a_mail()
    {
        var types = new[] { typeof(GatewayHost).Assembly, typeof(NoticeMail).Assembly, typeof(SqlStore).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Namespace?.StartsWith(nameof(MfaGateway), StringComparison.Ordinal) == true && IsRecord(type) && SecretsOf(type).Any()).ToList();

        Assert.Contains(typeof(NoticeMail), types);
        Assert.Equal([], types.Where(Prints).Select(type => type.FullName!).Except(Harmless));
    }

    [Fact]
    public void A_record_that_prints_one_is_found()
    {
        Assert.All([typeof(CarelessText), typeof(CarelessNumber)], type => Assert.True(IsRecord(type) && SecretsOf(type).Any() && Prints(type)));
        Assert.False(Prints(typeof(CarefulText)));
    }

    private static bool IsRecord(Type type) =>
        type is { IsAbstract: false, ContainsGenericParameters: false }
        && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null;

    private static bool Prints(Type type)
    {
        var one = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var secret in SecretsOf(type))
            secret.SetValue(one, secret.FieldType == typeof(string) ? Secret : Convert.ChangeType(Number, secret.FieldType, provider: null));
        return one.ToString()!.Contains($"{Number}", StringComparison.Ordinal);
    }

    // What is worked out from these has no field, and needs none.
    private static IEnumerable<FieldInfo> SecretsOf(Type type) =>
        from property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
        where property.PropertyType == typeof(string)
            ? Array.Exists(Secrets, name => property.Name.EndsWith(name, StringComparison.Ordinal))
            : property.Name == "MatchNumber"
        let field = property.DeclaringType!.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)
        where field is not null
        select field;

    private sealed record CarelessText(string NewPassword);

    private sealed record CarelessNumber(long MatchNumber);

    private sealed record CarefulText(string Link)
    {
        public override string ToString() => nameof(CarefulText);
    }
}
