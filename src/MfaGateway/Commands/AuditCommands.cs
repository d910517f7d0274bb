using System.CommandLine;

namespace MfaGateway.Commands;

/// <summary>The words of <c>audit</c>.</summary>
internal static class AuditCommands
{
    private const int MostEntries = 1000;

    public static Command Make(Launch launch) => new("audit", "What happened.") { Tail(launch), Verify(launch) };

    private static Command Tail(Launch launch)
    {
        var count = new Option<int>("--count") { Description = $"How many entries: 1 to {MostEntries}.", DefaultValueFactory = _ => 20 };
        count.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number is < 1 or > MostEntries)
                result.AddError($"--count must be 1 to {MostEntries}, but was {number}.");
        });
        var filter = new AuditFilterOptions();
        var json = Json();
        var tail = new Command("tail", "Print the newest entries, oldest first.") { count, json };
        foreach (var option in filter.All)
            tail.Add(option);
        tail.SetAction((parsed, cancellationToken) =>
            TailAudit.RunAsync(launch, filter.Read(parsed), parsed.GetValue(count), parsed.GetValue(json), cancellationToken));
        return tail;
    }

    private static Command Verify(Launch launch)
    {
        var json = Json();
        var verify = new Command("verify", "Find out whether an entry was edited, removed, moved or cut off. A gateway may be running.") { json };
        verify.SetAction((parsed, cancellationToken) => VerifyAudit.RunAsync(launch, parsed.GetValue(json), cancellationToken));
        return verify;
    }

    private static Option<bool> Json() => new("--json") { Description = "Print JSON." };
}
