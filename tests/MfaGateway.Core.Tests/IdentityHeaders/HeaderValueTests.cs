using MfaGateway.Core.IdentityHeaders;
using Xunit;

namespace MfaGateway.Core.Tests.IdentityHeaders;

public sealed class HeaderValueTests
{
    [Theory]
    [InlineData("anna", "anna")]
    [InlineData("Anna O'Neil (50% time)", "Anna O'Neil (50%25 time)")]
    [InlineData("Ødegård", "%C3%98deg%C3%A5rd")]
    [InlineData("日本", "%E6%97%A5%E6%9C%AC")]
    [InlineData("50% Öl", "50%25 %C3%96l")]
    [InlineData("a\r\nRemote-User: root", "a%0D%0ARemote-User: root")]
    [InlineData("tab\there", "tab%09here")]
    [InlineData("😀", "%F0%9F%98%80")]
    public void Only_printable_ASCII_is_written(string text, string written) => Assert.Equal(written, HeaderValue.Encode(text));

    [Theory]
    [InlineData("100%25 Übung")]
    [InlineData("caf%C3%A9")]
    [InlineData("café")]
    public void Every_value_can_be_undone_exactly(string text) =>
        Assert.Equal(text, Uri.UnescapeDataString(HeaderValue.Encode(text)));

    [Fact]
    public void Groups_are_joined_with_commas_in_their_order() =>
        Assert.Equal(new GroupList("staff,b%C3%BCro,a b", WasCut: false), HeaderValue.JoinGroups(["staff", "büro", "a b"]));

    [Fact]
    public void A_delimiter_inside_a_name_does_not_make_two_groups() =>
        Assert.Equal("x%2Cadmins", HeaderValue.JoinGroups(["x,admins"]).Value);

    [Fact]
    public void A_list_too_long_ends_after_a_whole_name()
    {
        string[] groups = [.. Enumerable.Range(0, 3000).Select(i => $"team-{i:0000}")];

        var list = HeaderValue.JoinGroups(groups);

        Assert.True(list.WasCut);
        Assert.InRange(list.Value.Length, HeaderValue.MaximumGroupBytes - 10, HeaderValue.MaximumGroupBytes);
        Assert.Equal(groups[..list.Value.Split(',').Length], list.Value.Split(','));
    }

    [Fact]
    public void A_list_that_just_fits_is_whole()
    {
        var whole = HeaderValue.JoinGroups([new string('a', 2000), new string('b', HeaderValue.MaximumGroupBytes - 2001)]);
        Assert.False(whole.WasCut);
        Assert.Equal(HeaderValue.MaximumGroupBytes, whole.Value.Length);
    }

    [Theory]
    [InlineData("anna\r\nX: y")]
    [InlineData("anna\n")]
    [InlineData("an\0na")]
    [InlineData("an\u0085na")]
    public void Text_that_could_break_a_header_is_refused_when_an_account_is_made(string text) =>
        Assert.NotNull(IdentityText.Validate(text));

    [Fact]
    public void Half_a_character_is_refused()
    {
        Assert.NotNull(IdentityText.Validate("half " + '\uD83D'));
        Assert.NotNull(IdentityText.Validate('\uDE00' + " half"));
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("Anna Ødegård 😀")]
    [InlineData("")]
    public void Other_text_is_taken(string text) => Assert.Null(IdentityText.Validate(text));

    [Theory]
    [InlineData("a,b")]
    [InlineData(" ")]
    [InlineData("")]
    [InlineData("a\nb")]
    public void A_group_name_is_not_blank_and_holds_no_delimiter(string name) => Assert.NotNull(IdentityText.ValidateGroup(name));

    [Fact]
    public void Length_ends_at_256()
    {
        Assert.Null(IdentityText.Validate(new string('a', 256)));
        Assert.NotNull(IdentityText.ValidateGroup(new string('a', 257)));
    }
}
