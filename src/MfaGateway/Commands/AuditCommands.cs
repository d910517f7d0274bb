using System.CommandLine;

namespace MfaGateway.Commands;

/// <summary>The words of <c>audit</c>.</summary>
internal static class AuditCommands
{
    private const int MostEntries = 1000;

    public static Command Make(Launch launch)
    {
        var count = new Option<int>("--count") { Description = $"How many entries: 1 to {MostEntries}.", DefaultValueFactory = _ => 20 };
        count.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number is < 1 or > MostEntries)
                result.AddError($"--count must be 1 to {MostEntries}, but was {number}.");
        });
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var tail = new Command("tail", "Print the newest entries, oldest first.") { count, json };
        tail.SetAction((parsed, cancellationToken) =>
            TailAudit.RunAsync(launch, parsed.GetValue(count), parsed.GetValue(json), cancellationToken));
        return new Command("audit", "What happened.") { tail };
    }
}
