using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Sessions;

namespace MfaGateway.Commands;

/// <summary><c>users show</c></summary>
internal static class ShowUser
{
    public static Task<int> RunAsync(Launch launch, string userName, bool json, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.WithAccountAsync(userName, account => RunAsync(store, account, json, cancellationToken), cancellationToken),
            cancellationToken);

    private static async Task<int> RunAsync(CommandStore store, Account account, bool json, CancellationToken cancellationToken)
    {
        var user = await ShownUser.ReadAsync(store, account, cancellationToken);
        if (json)
            await Output.WriteJsonAsync(user);
        else
            Output.WriteTable([account.UserName, string.Empty], Rows(user));
        return ExitCodes.Done;
    }

    private static IEnumerable<string[]> Rows(ShownUser user) =>
    [
        ["id", user.Id],
        ["name", user.DisplayName],
        ["e-mail", user.Email],
        ["groups", string.Join(", ", user.Groups)],
        ["state", user.Disabled ? "disabled" : "active"],
        ["added", Output.Time(user.CreatedAt)],
        ["last sign-in", Output.Time(user.LastSignInAt)],
        .. user.Authenticators.Select(device => new[]
        {
            "authenticator", $"{device.Name} (added {Output.Time(device.CreatedAt)}, last used {Output.Time(device.LastUsedAt)})",
        }),
        ["recovery codes", $"{user.RecoveryCodesLeft.ToString(CultureInfo.InvariantCulture)} left"],
        .. user.Sessions.Select(session => new[]
        {
            "session", $"{session.ClientAddress} since {Output.Time(session.SignedInAt)}, last seen {Output.Time(session.LastSeenAt)}",
        }),
    ];
}

/// <summary>One account in full; the names of the JSON are part of the contract with scripts.</summary>
internal sealed record ShownUser(
    string Id,
    string UserName,
    string DisplayName,
    string Email,
    IReadOnlyList<string> Groups,
    bool Disabled,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSignInAt,
    IReadOnlyList<ShownAuthenticator> Authenticators,
    int RecoveryCodesLeft,
    IReadOnlyList<ShownSession> Sessions)
{
    public static async Task<ShownUser> ReadAsync(CommandStore store, Account account, CancellationToken cancellationToken)
    {
        var now = store.Time.GetUtcNow();
        var authenticators = await store.Sql.Totp.ListAsync(account.Id, cancellationToken);
        var recoveryCodes = await store.Sql.RecoveryCodes.FindSetAsync(account.Id, cancellationToken);
        var sessions = await store.Sql.Sessions.ListAsync(account.Id, cancellationToken);
        return new ShownUser(
            account.Id, account.UserName, account.DisplayName, account.Email, account.Groups, account.Disabled,
            account.CreatedAt, account.LastSignInAt,
            [.. authenticators.Select(device => new ShownAuthenticator(device.Name, device.CreatedAt, device.LastUsedAt))],
            recoveryCodes?.Remaining ?? 0,
            [.. sessions.Where(session => SessionRules.IsLive(session, session.LastSeenAt, now, store.Options.Session))
                .Select(session => new ShownSession(session.Id, session.SignedInAt, session.LastSeenAt, session.ClientAddress, session.UserAgent))]);
    }
}

internal sealed record ShownAuthenticator(string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

internal sealed record ShownSession(
    string Id, DateTimeOffset SignedInAt, DateTimeOffset LastSeenAt, string ClientAddress, string UserAgent);
