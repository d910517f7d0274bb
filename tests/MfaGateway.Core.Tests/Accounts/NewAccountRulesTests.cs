using MfaGateway.Core.Accounts;
using Xunit;

namespace MfaGateway.Core.Tests.Accounts;

public sealed class NewAccountRulesTests
{
    private const string GoodPassword = "velvet tractor humming orbit";

    private static readonly AccountSite Site = new(["Orbital Works", "apps.orbital.example"], "admins");

    private static readonly NewAccount Good = new("ada", "ada@example.org", "Ada Lovelace", ["finance"], GoodPassword);

    [Fact]
    public void An_honest_account_has_no_fault() => Assert.Empty(NewAccountRules.Judge(Good, Site));

    [Fact]
    public void Every_fault_is_named_at_once_in_the_order_of_the_fields()
    {
        var faults = NewAccountRules.Judge(new("a/b", "nobody", "A\r\nB", ["x,y", " "], "short"), Site);

        Assert.Equal(
            [
                AccountField.UserName, AccountField.Email, AccountField.DisplayName,
                AccountField.Groups, AccountField.Groups, AccountField.Password,
            ],
            faults.Select(fault => fault.Field));
        Assert.All(faults, fault => Assert.EndsWith(".", fault.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ada\r\nRemote-Groups: admins")]
    [InlineData("ada\n")]
    [InlineData("ada\0")]
    [InlineData("")]
    public void What_would_break_a_header_is_refused_as_a_user_name(string userName) =>
        Assert.Contains(
            NewAccountRules.Judge(Good with { UserName = userName }, Site), fault => fault.Field == AccountField.UserName);

    [Theory]
    [InlineData("a\r\nb")]
    [InlineData("a\0b")]
    public void What_would_break_a_header_is_refused_as_a_display_name(string displayName) =>
        Assert.Equal(
            AccountField.DisplayName,
            Assert.Single(NewAccountRules.Judge(Good with { DisplayName = displayName }, Site)).Field);

    [Fact]
    public void Half_a_character_is_refused_everywhere() // not as [InlineData]: metadata is UTF-8 and cannot hold one
    {
        var faults = NewAccountRules.Judge(new("a\ud800", "a\ud800@example.org", "a\ud800", ["a\ud800"], "a\ud800 velvet tractor"), Site);

        Assert.Equal(Enum.GetValues<AccountField>(), faults.Select(fault => fault.Field));
    }

    [Fact]
    public void A_refused_group_is_named_without_its_control_characters()
    {
        var fault = Assert.Single(NewAccountRules.Judge(Good with { Groups = ["red\u001b[31m"] }, Site));

        Assert.Equal("The group \"red\\u001B[31m\" must not hold control characters.", fault.Message);
    }

    [Theory]
    [InlineData("ada lovelace 1815")]
    [InlineData("orbitalworks99")]
    [InlineData("ada@example.org")]
    public void A_password_made_of_the_person_or_the_site_is_refused(string password) =>
        Assert.Equal(
            AccountField.Password, Assert.Single(NewAccountRules.Judge(Good with { Password = password }, Site)).Field);

    [Fact]
    public void A_new_password_of_an_old_account_is_judged_by_the_same_rules()
    {
        var account = new Account("id", "ada", "ada@example.org", "Ada Lovelace", [], false, DateTimeOffset.UnixEpoch, null);

        Assert.Empty(NewAccountRules.JudgePassword(GoodPassword, account, Site));
        Assert.Single(NewAccountRules.JudgePassword("ada lovelace 1815", account, Site));
    }

    [Fact]
    public void Groups_lose_the_blanks_around_them_and_count_once() =>
        Assert.Equal(["finance", "ops"], NewAccountRules.GroupsOf([" finance", "finance ", "Finance", "ops", "\uFF2F\uFF30\uFF33"]));

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    public void Who_gives_no_display_name_is_called_by_the_user_name(string? displayName) =>
        Assert.Equal("ada", NewAccountRules.DisplayNameOf("ada", displayName));

    [Fact]
    public void A_new_account_does_not_print_its_password() =>
        Assert.DoesNotContain(GoodPassword, Good.ToString(), StringComparison.Ordinal);
}
