using MfaGateway.Core.Factors.MagicCodes;
using Xunit;

namespace MfaGateway.Core.Tests.Factors;

public sealed class MagicCodeAlgorithmTests
{
    private static readonly ApplicationSecret Secret = ApplicationSecret.FromBytes(1, Enumerable.Range(0, 32).Select(n => (byte)n).ToArray());

    [Fact]
    public void The_value_depends_on_everything_it_is_made_of()
    {
        var other = ApplicationSecret.FromBytes(2, new byte[32]);
        string[] codes =
        [
            MagicCodeAlgorithm.Compute(Secret, "a", "bc@example.org", 7, 8),
            MagicCodeAlgorithm.Compute(Secret, "ab", "c@example.org", 7, 8), // the same text, divided elsewhere
            MagicCodeAlgorithm.Compute(Secret, "a", "bc@example.org", 8, 8),
            MagicCodeAlgorithm.Compute(other, "a", "bc@example.org", 7, 8),
        ];

        Assert.Equal(codes.Length, codes.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(codes[0], MagicCodeAlgorithm.Compute(Secret, "a", "bc@example.org", 7, 8));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_code_has_exactly_its_digits_leading_zeros_included(int digits)
    {
        var codes = Enumerable.Range(0, 500).Select(step => MagicCodeAlgorithm.Compute(Secret, "a", "b@example.org", step, digits)).ToList();

        Assert.All(codes, code => Assert.Matches($"^[0-9]{{{digits}}}$", code));
        Assert.Contains(codes, code => code[0] == '0');
    }

    [Fact]
    public void A_step_is_five_minutes()
    {
        var start = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

        Assert.Equal(MagicCodeAlgorithm.StepAt(start), MagicCodeAlgorithm.StepAt(start.AddSeconds(299)));
        Assert.Equal(MagicCodeAlgorithm.StepAt(start) + 1, MagicCodeAlgorithm.StepAt(start.AddSeconds(300)));
    }
}
