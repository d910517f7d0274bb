using MfaGateway.Core.Factors.Totp;
using Xunit;

namespace MfaGateway.Core.Tests.Factors.Totp;

public sealed class TotpParametersTests
{
    [Theory]
    [InlineData(0, 6, 30)]
    [InlineData(4, 6, 30)]
    [InlineData(1, 5, 30)]
    [InlineData(1, 7, 30)]
    [InlineData(1, 9, 30)]
    [InlineData(1, 6, 14)]
    [InlineData(1, 6, 121)]
    [InlineData(1, 6, 0)]
    [InlineData(1, 6, -30)]
    public void Values_outside_the_contract_cannot_be_made(int algorithm, int digits, int period) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TotpParameters((TotpHash)algorithm, digits, period));

    [Fact]
    public void The_defaults_are_what_every_app_understands()
    {
        Assert.Equal("SHA1", TotpParameters.Default.AlgorithmName);
        Assert.Equal(6, TotpParameters.Default.Digits);
        Assert.Equal(30, TotpParameters.Default.PeriodSeconds);
    }
}
