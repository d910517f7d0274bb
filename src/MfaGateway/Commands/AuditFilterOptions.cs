using System.CommandLine;
using System.CommandLine.Parsing;
using MfaGateway.Core.Auditing;

namespace MfaGateway.Commands;

/// <summary>The options of <c>audit tail</c> that choose entries.</summary>
internal sealed class AuditFilterOptions
{
    private readonly Option<string?> _user = new("--user") { Description = "Only entries about this person: a user name, also of a deleted account, or the id of one." };
    private readonly Option<string?> _by = new("--by") { Description = "Only what this person did; \"command\" and \"gateway\" are no persons." };
    private readonly Option<string?> _event = new("--event") { Description = "Only this event, such as session.started, or all that begin with it: factor." };
    private readonly Option<string?> _address = new("--address") { Description = "Only what came from this address." };
    private readonly Option<bool> _refused = new("--refused") { Description = "Only what was refused." };
    private readonly Option<string?> _since = new("--since") { Description = "Only entries from this time on: 2026-03-01, 2026-03-01T12:00Z, or as long ago as 90m, 36h or 7d." };

    public AuditFilterOptions()
    {
        _event.Validators.Add(RefuseUnknownEvent);
        _since.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !SinceText.IsWellFormed(token.Value))
                result.AddError($"--since must be a time such as 2026-03-01T12:00Z or a while such as 90m, 36h or 7d, but was {token.Value}.");
        });
    }

    public IEnumerable<Option> All => [_user, _by, _event, _address, _refused, _since];

    public AuditSelection Read(ParseResult parsed) => new(parsed.GetValue(_user), parsed.GetValue(_by), parsed.GetValue(_since))
    {
        Filter = new AuditFilter
        {
            Event = parsed.GetValue(_event),
            ClientAddress = parsed.GetValue(_address),
            Succeeded = parsed.GetValue(_refused) ? false : null,
        },
    };

    // A misspelt name would show an empty list, as if nothing had happened.
    private static void RefuseUnknownEvent(OptionResult result)
    {
        if (result.Tokens is not [var token] || AuditSentences.Events.Any(name => IsMeant(name, token.Value)))
            return;
        result.AddError($"--event must be one of {string.Join(", ", AuditSentences.Events.Order(StringComparer.Ordinal))}, or how some begin (factor.), but was {token.Value}.");
    }

    private static bool IsMeant(string name, string typed) =>
        typed.EndsWith('.') ? name.StartsWith(typed, StringComparison.Ordinal) : name == typed;
}

/// <summary>Which entries were asked for, before names and whiles are looked up.</summary>
/// <param name="User">A user name or an account's id.</param>
/// <param name="By">The same, or an actor that is no person.</param>
/// <param name="Since">What <see cref="SinceText"/> reads.</param>
internal sealed record AuditSelection(string? User, string? By, string? Since)
{
    /// <summary>What needs no looking up.</summary>
    public required AuditFilter Filter { get; init; }
}
