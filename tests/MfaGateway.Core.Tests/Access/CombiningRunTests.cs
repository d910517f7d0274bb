using System.Text;
using MfaGateway.Core.Access;
using Xunit;

namespace MfaGateway.Core.Tests.Access;

/// <summary>Long runs of combining marks, whose sorting takes the square of their length.</summary>
public sealed class CombiningRunTests
{
    private const char Joiner = '\u034F';

    [Theory]
    [InlineData('\u0301', '\u0323')]
    [InlineData('\u0301', '\uFF9E')] // a letter by category, a mark once decomposed
    public void No_run_of_marks_that_is_sorted_is_longer_than_thirty(char above, char below)
    {
        var marks = "/" + new string(above, 5000) + new string(below, 5000);

        var normalized = BoundedNormalization.Normalize(marks, NormalizationForm.FormKD);

        Assert.All(normalized[1..].Split(Joiner), run => Assert.InRange(run.Length, 1, 30));
        Assert.Equal(10_000, normalized.Count(c => c != Joiner) - 1);
    }

    [Theory]
    [InlineData("/caf\u00E9")]
    [InlineData("/\u1E69\u0323\u0307")]
    [InlineData("/\uD55C\uAD6D\uC5B4/\uFF41")]
    public void What_people_write_is_normalized_as_ever(string text)
    {
        foreach (var form in (NormalizationForm[])[NormalizationForm.FormKC, NormalizationForm.FormKD])
            Assert.Equal(text.Normalize(form), BoundedNormalization.Normalize(text, form));
    }
}
