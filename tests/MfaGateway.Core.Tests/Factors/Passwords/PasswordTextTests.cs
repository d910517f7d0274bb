using System.Text;
using MfaGateway.Core.Factors.Passwords;
using Xunit;

namespace MfaGateway.Core.Tests.Factors.Passwords;

public sealed class PasswordTextTests
{
    [Fact]
    public void One_password_typed_on_two_keyboards_is_one_password()
    {
        Assert.Equal(Normalized("caf\u00e9 au lait"), Normalized("cafe\u0301 au lait"));
        Assert.Equal(Normalized("caf\u00e9 au lait"), Normalized("caf\u00e9\u00a0au\u3000lait"));
    }

    [Theory]
    [InlineData("Secret", "secret")]
    [InlineData(" secret", "secret")]
    [InlineData("secret ", "secret")]
    [InlineData("secret\n", "secret")]
    [InlineData("ａbc", "abc")] // compatibility forms stay apart in passwords
    [InlineData("ﬁ", "fi")]
    public void Nothing_else_is_folded_or_trimmed(string one, string other) =>
        Assert.NotEqual(Normalized(one), Normalized(other));

    [Fact]
    public void What_no_account_can_have_is_refused_without_a_fault()
    {
        // Not as attributes: those cannot hold a lone surrogate.
        string?[] all = [null, "", "secret\0", "secret\0more", "\ud800secret", "secret\udc00", "\udc00\ud800", "a\ufffeb"];
        foreach (var typed in all)
            Assert.False(PasswordText.TryNormalize(typed, out _));
    }

    [Fact]
    public void Every_character_there_is_can_be_in_a_password_or_is_refused_without_a_fault()
    {
        var refused = new List<int>();
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (Rune.IsValid(value) && !PasswordText.TryNormalize($"a{new Rune(value)}", out _))
                refused.Add(value);
        }

        Assert.Equal([0, 0xFFFE], refused);
    }

    [Fact]
    public void The_limit_is_in_bytes_and_the_1025th_is_never_cut_off()
    {
        Assert.Equal(1024, Normalized(new string('a', 1024)).Length);
        Assert.False(PasswordText.TryNormalize(new string('a', 1025), out _));
        Assert.Equal(512, Normalized(new string('é', 512)).Length);
        Assert.False(PasswordText.TryNormalize(new string('é', 513), out _));
        Assert.False(PasswordText.TryNormalize(new string('a', 16_000_000), out _));
        // 1,536 bytes as typed, 1,024 once composed.
        Assert.Equal(512, Normalized(string.Concat(Enumerable.Repeat("e\u0301", 512))).Length);
    }

    private static string Normalized(string typed)
    {
        Assert.True(PasswordText.TryNormalize(typed, out var password));
        return password;
    }
}
