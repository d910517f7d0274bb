using System.Globalization;
using MfaGateway.Core.Accounts;

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
        if (await store.Overviews.ReadAsync(account.Id, cancellationToken) is not { } overview)
            return await AccountChanges.PrintAsync(AccountChange.AccountGone, account, string.Empty);

        var user = ShownUser.Of(overview);
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
        ["password", user.HasPassword ? "set" : "none yet"],
        .. user.Authenticators.Select(device => new[]
        {
            "authenticator", $"{device.Name} (added {Output.Time(device.CreatedAt)}, last used {Output.Time(device.LastUsedAt)})",
        }),
        ["recovery codes", $"{user.RecoveryCodesLeft.ToString(CultureInfo.InvariantCulture)} left"],
        .. user.EnrollmentCodeExpiresAt is { } end
            ? [["new authenticator", $"needs the code of the last reset, which is good until {Output.Time(end)}"]]
            : Array.Empty<string[]>(),
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
    bool HasPassword,
    IReadOnlyList<ShownAuthenticator> Authenticators,
    int RecoveryCodesLeft,
    DateTimeOffset? EnrollmentCodeExpiresAt,
    IReadOnlyList<ShownSession> Sessions)
{
    public static ShownUser Of(AccountOverview overview)
    {
        var account = overview.Account;
        return new ShownUser(
            account.Id, account.UserName, account.DisplayName, account.Email, account.Groups, account.Disabled,
            account.CreatedAt, account.LastSignInAt, overview.HasPassword,
            [.. overview.Authenticators.Select(device => new ShownAuthenticator(device.Name, device.CreatedAt, device.LastUsedAt))],
            overview.RecoveryCodesLeft, overview.EnrollmentCode?.ExpiresAt,
            [.. overview.Sessions.Select(session =>
                new ShownSession(session.Id, session.SignedInAt, session.LastSeenAt, session.ClientAddress, session.UserAgent))]);
    }
}

internal sealed record ShownAuthenticator(string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

internal sealed record ShownSession(
    string Id, DateTimeOffset SignedInAt, DateTimeOffset LastSeenAt, string ClientAddress, string UserAgent);
