using MfaGateway.Core.Accounts;
using Xunit;

namespace MfaGateway.Core.Tests.Accounts;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("ada@example.org", "ada@example.org")]
    [InlineData("  Ada.Lovelace+news@Example.ORG ", "Ada.Lovelace+news@example.org")]
    [InlineData("o'brien@example.org", "o'brien@example.org")]
    [InlineData("root@localhost", "root@localhost")]
    [InlineData("ada@bücher.example", "ada@xn--bcher-kva.example")]
    [InlineData("ada@例え.テスト", "ada@xn--r8jz45g.xn--zckzah")]
    [InlineData("ada@a-b.c3.example", "ada@a-b.c3.example")]
    public void A_plain_mailbox_is_read(string typed, string value)
    {
        Assert.True(EmailAddress.TryParse(typed, out var address));
        Assert.Equal(value, address.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("@example.org")]
    [InlineData("ada@")]
    [InlineData("ada@@example.org")]
    [InlineData("a@b@example.org")]
    [InlineData("Ada <ada@example.org>")]
    [InlineData("<ada@example.org>")]
    [InlineData("ada@example.org,eve@example.org")]
    [InlineData("ada@example.org;eve@example.org")]
    [InlineData("ada@example.org eve@example.org")]
    [InlineData("ada@example.org\n")]
    [InlineData("ada@example.org\r\nBcc: eve@example.org")]
    [InlineData("ada\r\n@example.org")]
    [InlineData("ada\0@example.org")]
    [InlineData("\"ada lovelace\"@example.org")]
    [InlineData("ada(comment)@example.org")]
    [InlineData(".ada@example.org")]
    [InlineData("ada.@example.org")]
    [InlineData("a..b@example.org")]
    [InlineData("-oQ/x@example.org")] // an option to a sendmail command
    [InlineData("=?utf-8?q?eve=40evil.example=3e=00?=ada@example.org")] // decoded, it would be somebody else's
    [InlineData("аda@example.org")] // Cyrillic letter in the local part
    [InlineData("mıke@example.org")]
    [InlineData("ada@example..org")]
    [InlineData("ada@.example.org")]
    [InlineData("ada@example.org.")]
    [InlineData("ada@-example.org")]
    [InlineData("ada@exa_mple.org")]
    [InlineData("ada@127.0.0.1")]
    [InlineData("ada@[127.0.0.1]")]
    [InlineData("ada@exam\u200bple.org\u202e")]
    public void Anything_else_is_refused(string? typed)
    {
        Assert.False(EmailAddress.TryParse(typed, out var address));
        Assert.Null(address);
    }

    [Fact]
    public void Letter_case_makes_no_second_address_but_a_look_alike_letter_does()
    {
        Assert.True(EmailAddress.TryParse("Ada@Example.org", out var one));
        Assert.True(EmailAddress.TryParse("aDA@eXAMPLE.ORG", out var two));
        Assert.True(EmailAddress.TryParse("ada@exampłe.org", out var three));
        Assert.Equal(one, two);
        Assert.Equal(one.Folded, two.Folded);
        Assert.NotEqual(one, three);
        Assert.Equal(one.Folded, EmailAddress.Fold(" ADA@example.org "));
        Assert.Equal("", EmailAddress.Fold("no address"));
    }

    [Fact]
    public void The_limits_are_those_of_SMTP()
    {
        var label = new string('d', 63);
        var longest = $"{new string('a', 64)}@{label}.{label}.{new string('e', 61)}";
        Assert.Equal(254, longest.Length);
        Assert.True(EmailAddress.TryParse(longest, out _));
        Assert.False(EmailAddress.TryParse(longest + "e", out _));
        Assert.False(EmailAddress.TryParse($"{new string('a', 65)}@example.org", out _));
        Assert.False(EmailAddress.TryParse($"ada@{new string('d', 64)}.org", out _));
        Assert.False(EmailAddress.TryParse($"ada@{string.Concat(Enumerable.Repeat("ü.", 200))}org", out _));
        Assert.False(EmailAddress.TryParse(new string('a', 100_000) + "@example.org", out _));
    }
}
