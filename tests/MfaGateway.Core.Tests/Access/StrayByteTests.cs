using MfaGateway.Core.Access;
using Xunit;

namespace MfaGateway.Core.Tests.Access;

/// <summary>A byte that is no UTF-8 is read in every way that servers have, each of which may meet another rule.</summary>
public sealed class StrayByteTests
{
    [Theory]
    [InlineData("/secret%FFarea/x", "/secret\u00FFarea/x")]
    [InlineData("/secret%FFarea/x", "/secret area/x")]
    [InlineData("/secret%FFarea/x", "/secret\uFFFDarea/x")]
    [InlineData("/secret%FFarea/x", "/secretarea/x")]
    [InlineData("/secret%FF/area/x", "/secretarea/x")] // the byte takes the slash with it
    [InlineData("/secret%A0%2Farea", "/secretarea")]
    [InlineData("/%E1!dmin", "/dmin")]
    public void Each_way_of_reading_it_is_listed(string target, string expected)
    {
        var readings = Assert.IsType<RequestTargetReading.Ambiguous>(RequestTargetReader.Read(target, "GET", "app.example"));

        Assert.Contains(expected, readings.Paths);
    }
}
