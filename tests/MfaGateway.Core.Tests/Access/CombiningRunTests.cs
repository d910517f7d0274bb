using System.Diagnostics;
using System.Text;
using MfaGateway.Core.Access;
using Xunit;

namespace MfaGateway.Core.Tests.Access;

/// <summary>Long runs of combining marks, whose sorting takes the square of their length.</summary>
public sealed class CombiningRunTests
{
    [Theory]
    [InlineData("%CC%81", "%CC%A3")]
    [InlineData("%CC%81", "%EF%BE%9E")] // a letter by category, a mark once decomposed
    [InlineData("%25CC%2581", "%25CC%25A3")]
    public void A_path_of_marks_is_read_in_milliseconds(string above, string below)
    {
        var path = "/" + string.Concat(Enumerable.Repeat(above, 5000)) + string.Concat(Enumerable.Repeat(below, 5000));
        RequestTargetReader.Read(path, "GET", "app.example");

        // The quickest of some: others may be busy on this machine.
        var quickest = Enumerable.Range(0, 6).Min(_ =>
        {
            var started = Stopwatch.GetTimestamp();
            RequestTargetReader.Read(path, "GET", "app.example");
            return Stopwatch.GetElapsedTime(started);
        });

        Assert.InRange(quickest, TimeSpan.Zero, TimeSpan.FromMilliseconds(30));
    }
}
