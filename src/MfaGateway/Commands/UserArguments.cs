using System.CommandLine;

namespace MfaGateway.Commands;

/// <summary>What several words of <c>users</c> take.</summary>
internal static class UserArguments
{
    public static Argument<string> UserName() => new("NAME") { Description = "The user name." };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON." };

    public static Option<bool> Yes() => new("--yes") { Description = "Don't ask whether this is meant." };

    public static Option<string?> Email() => new("--email") { Description = "The person's e-mail address." };

    public static Option<string?> DisplayName() => new("--name") { Description = "What pages and apps call the person. [default: the user name]" };

    public static Option<string?> Groups() => new("--groups") { Description = "Group names, divided by commas." };

    public static IReadOnlyList<string>? Split(string? groups) => groups?.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
