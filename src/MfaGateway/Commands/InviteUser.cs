using System.CommandLine;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>users invite</c></summary>
internal static class InviteUser
{
    public static Command Make(Launch launch)
    {
        var (name, email, displayName, groups, json) = (
            UserArguments.UserName(), UserArguments.Email(), UserArguments.DisplayName(), UserArguments.Groups(), UserArguments.Json());
        var again = new Option<bool>("--again") { Description = "For a person who has an account: a new link, in place of the one before." };
        var command = new Command("invite", "Add a person without a password, and print a one-time link by which they choose one.")
        {
            name, email, displayName, groups, again, json,
        };
        command.Validators.Add(result =>
        {
            var details = result.GetValue(email) ?? result.GetValue(displayName) ?? result.GetValue(groups);
            if (result.GetValue(again) ? details is not null : result.GetValue(email) is null)
                result.AddError("Give --email and what else is known of a new person, or --again alone for one who has an account.");
        });
        command.SetAction((parsed, cancellationToken) => CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => parsed.GetValue(again)
                ? store.WithAccountAsync(
                    parsed.GetRequiredValue(name), account => AgainAsync(store, account, parsed.GetValue(json), cancellationToken), cancellationToken)
                : InviteAsync(
                    store,
                    parsed.GetRequiredValue(name),
                    new(parsed.GetValue(email)!, parsed.GetValue(displayName) ?? string.Empty, UserArguments.Split(parsed.GetValue(groups)) ?? []),
                    parsed.GetValue(json),
                    cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> InviteAsync(
        CommandStore store, string userName, AccountDetails typed, bool json, CancellationToken cancellationToken) =>
        await PrintAsync(await store.Administration.InviteAsync(userName, typed, Actor.Command, cancellationToken), json);

    private static async Task<int> AgainAsync(CommandStore store, Account account, bool json, CancellationToken cancellationToken) =>
        await PrintAsync(await store.Administration.InviteAgainAsync(account, Actor.Command, cancellationToken), json);

    private static async Task<int> PrintAsync(Invitation invitation, bool json)
    {
        switch (invitation)
        {
            case Invitation.Made made when json:
                await Output.WriteJsonAsync(new MadeInvitation(made.Account.Id, made.Account.UserName, made.Link, made.ExpiresAt, made.Mailed));
                return ExitCodes.Done;

            case Invitation.Made made:
                await CommandConsole.Current.Out.WriteLineAsync($"{made.Account.UserName} chooses a password here, until {Output.Time(made.ExpiresAt)}:");
                await CommandConsole.Current.Out.WriteLineAsync(made.Link);
                await CommandConsole.Current.Out.WriteLineAsync(made.Mailed
                    ? $"It is mailed to {made.Account.Email}, too."
                    : "MfaGateway:PublicOrigin is not set: write the address of the site before it.");
                return ExitCodes.Done;

            case Invitation.Refused refused:
                return await Refusals.PrintAsync(refused.Faults);

            default:
                return await CommandStore.FailAsync("The account is disabled or gone, so there is no link. \"users enable\" lets the person in again.");
        }
    }
}

/// <summary>An invitation as scripts get it; the names of the JSON are part of the contract with them.</summary>
internal sealed record MadeInvitation(string AccountId, string UserName, string Link, DateTimeOffset ExpiresAt, bool Mailed)
{
    public override string ToString() => nameof(MadeInvitation);
}
