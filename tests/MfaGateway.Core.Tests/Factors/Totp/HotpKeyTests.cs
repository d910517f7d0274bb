using System.Security.Cryptography;
using MfaGateway.Core.Factors.Totp;
using OtpNet;
using Xunit;

namespace MfaGateway.Core.Tests.Factors.Totp;

public sealed class HotpKeyTests
{
    [Fact]
    public void Clearing_the_key_leaves_no_copy_that_computes_its_codes()
    {
        var key = "12345678901234567890"u8.ToArray();
        var hotp = HotpKey.CreateHotp(key, TotpHash.Sha1, 6);
        Assert.Equal("755224", hotp.ComputeHOTP(0));

        Array.Clear(key);

        Assert.Equal(HotpKey.CreateHotp(new byte[20], TotpHash.Sha1, 6).ComputeHOTP(0), hotp.ComputeHOTP(0));
        Assert.NotEqual("755224", hotp.ComputeHOTP(0));
    }

    [Theory]
    [InlineData(TotpHash.Sha1, OtpHashMode.Sha1)]
    [InlineData(TotpHash.Sha256, OtpHashMode.Sha256)]
    [InlineData(TotpHash.Sha512, OtpHashMode.Sha512)]
    public void The_codes_are_those_of_the_keys_of_the_library(TotpHash algorithm, OtpHashMode mode)
    {
        foreach (var length in (int[])[16, 20, 32, 64, 128])
        {
            var key = RandomNumberGenerator.GetBytes(length);
            Assert.Equal(new Hotp(key, mode, 8).ComputeHOTP(length), HotpKey.CreateHotp(key, algorithm, 8).ComputeHOTP(length));
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(9)]
    public void A_code_has_six_to_eight_digits(int digits) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HotpKey.CreateHotp(new byte[20], TotpHash.Sha1, digits));
}
