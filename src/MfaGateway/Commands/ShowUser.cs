using System.Globalization;
using System.Text.Json;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Commands;

/// <summary><c>users show</c></summary>
internal static class ShowUser
{
    public static Task<int> RunAsync(Launch launch, string userName, bool json, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.WithAccountAsync(userName, account => PrintAsync(store, account, json, cancellationToken), cancellationToken),
            cancellationToken);

    public static async Task<int> PrintAsync(CommandStore store, Account account, bool json, CancellationToken cancellationToken)
    {
        if (await store.Overviews.ReadAsync(account.Id, cancellationToken) is not { } overview)
            return await AccountChanges.PrintGoneAsync(account);

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
        ["e-mail verified", user.EmailVerifiedAt is null ? "not yet" : Output.Time(user.EmailVerifiedAt)],
        ["groups", string.Join(", ", user.Groups)],
        ["state", user.Disabled ? "disabled" : "active"],
        ["added", Output.Time(user.CreatedAt)],
        ["last sign-in", Output.Time(user.LastSignInAt)],
        ["password", user.HasPassword ? "set" : "none yet"],
        .. user.Locks.Select(one => new[] { "locked", one.Text }),
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
    DateTimeOffset? EmailVerifiedAt,
    IReadOnlyList<string> Groups,
    bool Disabled,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSignInAt,
    bool HasPassword,
    IReadOnlyList<ShownAuthenticator> Authenticators,
    int RecoveryCodesLeft,
    DateTimeOffset? EnrollmentCodeExpiresAt,
    IReadOnlyList<ShownSession> Sessions,
    IReadOnlyList<ShownLock> Locks)
{
    public static ShownUser Of(AccountOverview overview)
    {
        var account = overview.Account;
        return new ShownUser(
            account.Id, account.UserName, account.DisplayName, account.Email, overview.EmailVerifiedAt, account.Groups, account.Disabled,
            account.CreatedAt, account.LastSignInAt, overview.HasPassword,
            [.. overview.Authenticators.Select(device => new ShownAuthenticator(device.Name, device.CreatedAt, device.LastUsedAt))],
            overview.RecoveryCodesLeft, overview.EnrollmentCode?.ExpiresAt,
            [.. overview.Sessions.Select(session =>
                new ShownSession(session.Id, session.SignedInAt, session.LastSeenAt, session.ClientAddress, session.UserAgent))],
            [.. overview.Locks.Select(ShownLock.Of)]);
    }
}

internal sealed record ShownAuthenticator(string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

internal sealed record ShownSession(
    string Id, DateTimeOffset SignedInAt, DateTimeOffset LastSeenAt, string ClientAddress, string UserAgent);

/// <param name="Limit">E.g. <c>password</c>.</param>
/// <param name="Factor">E.g. <c>totp</c>; null for limits that are not of one factor alone.</param>
/// <param name="Until">Null where it takes <c>users unlock</c>.</param>
internal sealed record ShownLock(string Limit, string? Factor, DateTimeOffset? Until, string Text)
{
    public static ShownLock Of(AccountLock one) => new(
        NameOf(one.Limit.ToString()),
        one.Factor is { } factor ? NameOf(factor.ToString()) : null,
        one.Until,
        $"{one.Subject}: {(one.Until is { } until ? $"closed until {Output.Time(until)}" : AccountLock.Suspended)}");

    private static string NameOf(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
