using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.RecoveryCodes;
using Xunit;

namespace MfaGateway.Core.Tests.Challenges;

public sealed class EnrollmentCodeTests
{
    [Fact]
    public void A_code_is_read_in_every_way_that_people_write_it()
    {
        var code = EnrollmentCode.Generate();

        foreach (var typed in new[] { code.ToGroups(), code.ToGroups().ToUpperInvariant(), $" {code.ToGroups().Replace('-', ' ')} " })
        {
            Assert.True(EnrollmentCode.TryParse(typed, out var read));
            Assert.Equal(code.Hash, read.Hash);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123-4567-89ab-cde")]
    [InlineData("0123-4567-89ab-cdef0")]
    [InlineData("0123-4567-89ab-cdeu")]
    public void What_can_be_nobodys_code_is_refused(string? typed) => Assert.False(EnrollmentCode.TryParse(typed, out _));

    [Fact]
    public void Codes_differ_and_none_prints_itself()
    {
        var (one, other) = (EnrollmentCode.Generate(), EnrollmentCode.Generate());

        Assert.NotEqual(one.Hash, other.Hash);
        Assert.Equal(32, one.Hash.Length);
        Assert.DoesNotContain(one.ToGroups(), $"{one}", StringComparison.Ordinal);
        Assert.Matches(@"\A[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}\z", one.ToGroups());
    }

    [Fact]
    public void A_recovery_code_of_the_same_letters_has_another_hash()
    {
        Assert.True(EnrollmentCode.TryParse("0123-4567-89ab-cdef", out var code));
        Assert.True(RecoveryCode.TryParse("0123-4567-89ab-cdef", out var recovery));

        Assert.NotEqual(code.Hash, RecoveryCodeHash.Create(recovery, RecoveryCodeHash.NewSalt()).AsSpan(1).ToArray());
    }
}
