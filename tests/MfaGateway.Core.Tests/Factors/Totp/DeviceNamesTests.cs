using MfaGateway.Core.Factors.Totp;
using Xunit;

namespace MfaGateway.Core.Tests.Factors.Totp;

public sealed class DeviceNamesTests
{
    [Theory]
    [InlineData(null, DeviceNames.Default)]
    [InlineData("  ", DeviceNames.Default)]
    [InlineData("\u202e\u200b\t", DeviceNames.Default)]
    [InlineData(" Ada's phone ", "Ada's phone")]
    [InlineData("Tele\u202efon\r\n", "Telefon")]
    [InlineData("電話 📱", "電話 📱")]
    public void A_name_is_what_people_see(string? typed, string expected) => Assert.Equal(expected, DeviceNames.Clean(typed));

    [Fact]
    public void A_long_name_is_cut_between_characters()
    {
        var cut = DeviceNames.Clean("x" + string.Concat(Enumerable.Repeat("📱", 40)));

        Assert.Equal(63, cut.Length);
        Assert.False(char.IsHighSurrogate(cut[^1]));
    }
}
