namespace MfaGateway.Core.Accounts;

/// <summary>An account as somebody typed it; nothing in it is checked yet.</summary>
/// <param name="DisplayName">Blank for "the same as the user name".</param>
/// <param name="Groups">Blanks around a name are dropped; a name that stands twice counts once.</param>
public sealed record NewAccount(string UserName, string Email, string? DisplayName, IReadOnlyList<string> Groups, string Password)
{
    /// <summary>The password stays out of logs.</summary>
    public override string ToString() => nameof(NewAccount);
}
