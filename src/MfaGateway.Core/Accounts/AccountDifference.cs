namespace MfaGateway.Core.Accounts;

/// <summary>Says in a few words what an edit changed, for the audit trail.</summary>
public static class AccountDifference
{
    private const int MaxLength = 200; // of an audit entry's detail

    /// <returns>For example <c>address, groups +admins -staff</c>; no address or name stands in it.</returns>
    public static string Describe(AccountDetails before, AccountDetails after)
    {
        var parts = new List<string>();
        var groups = after.Groups.Except(before.Groups, StringComparer.Ordinal).Select(group => "+" + group)
            .Concat(before.Groups.Except(after.Groups, StringComparer.Ordinal).Select(group => "-" + group))
            .ToList();
        if (groups.Count > 0)
            parts.Add("groups " + string.Join(' ', groups));
        else if (!before.Groups.SequenceEqual(after.Groups, StringComparer.Ordinal))
            parts.Add("order of groups");
        if (before.Email != after.Email)
            parts.Add("address");
        if (before.DisplayName != after.DisplayName)
            parts.Add("display name");

        // The shorter parts first, so that many groups don't push them out.
        parts.Reverse();
        var text = string.Join(", ", parts);
        return text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength - 1), "…");
    }
}
