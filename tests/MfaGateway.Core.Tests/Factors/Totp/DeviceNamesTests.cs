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

    [Fact]
    public void No_two_devices_of_a_person_get_the_same_name_at_enrolment()
    {
        Assert.Equal("Phone", DeviceNames.Distinguish("Phone", ["phone", "Tablet"]));
        Assert.Equal("Phone 2", DeviceNames.Distinguish("Phone", ["Phone"]));
        Assert.Equal("Phone 4", DeviceNames.Distinguish("Phone", ["Phone", "Phone 2", "Phone 3"]));
        var longest = new string('x', DeviceNames.MaxLength - 3) + "\U0001F4F1x";
        Assert.Equal(new string('x', DeviceNames.MaxLength - 3) + " 2", DeviceNames.Distinguish(longest, [longest]));
    }
}
