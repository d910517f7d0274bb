using System.Text.Json;
using MfaGateway.Core.Factors.RecoveryCodes;
using Xunit;

namespace MfaGateway.Core.Tests.Factors.RecoveryCodes;

public sealed class RecoveryCodeTests
{
    [Fact]
    public void A_code_is_four_groups_of_four_unambiguous_symbols()
    {
        for (var i = 0; i < 500; i++)
            Assert.Matches(@"\A[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}\z", RecoveryCode.Generate().ToGroups());
    }

    [Fact]
    public void Every_symbol_of_the_alphabet_comes_up_at_every_place()
    {
        // 32^16 codes are 80 bits only if each of the 16 places really takes all 32 symbols.
        var seen = Enumerable.Range(0, RecoveryCode.Symbols).Select(_ => new HashSet<char>()).ToList();
        for (var i = 0; i < 3_000; i++)
        {
            var code = RecoveryCode.Generate().ToGroups().Replace("-", "", StringComparison.Ordinal);
            for (var place = 0; place < code.Length; place++)
                seen[place].Add(code[place]);
        }

        Assert.All(seen, symbols => Assert.Equal(32, symbols.Count));
    }

    [Fact]
    public void A_set_holds_as_many_different_codes_as_asked_for()
    {
        var codes = RecoveryCode.GenerateSet(10).Select(code => code.ToGroups()).ToList();
        Assert.Equal(10, codes.Count);
        Assert.Equal(10, codes.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => RecoveryCode.GenerateSet(0));
    }

    [Theory]
    [InlineData("0123-4567-89ab-cdef")]
    [InlineData("0123456789ABCDEF")]
    [InlineData(" 0123 4567 89ab cdef ")]
    [InlineData("01-23-45-67-89-ab-cd-ef-")]
    [InlineData("o123-4567-89ab-cdef")]
    [InlineData("OI23-4567-89ab-cdef")]
    [InlineData("0L23-4567-89ab-cdef")]
    [InlineData("0l23-4567-89ab-cdef")]
    [InlineData("0i23-4567-89ab-cdef")]
    [InlineData("0123\u20114567\u201189ab\u2011cdef")] // non-breaking hyphens, as word processors write them
    [InlineData("0123\u20134567\u201489ab\u2212cdef")] // en dash, em dash, minus
    [InlineData("0123\u00a04567\u202f89ab\u3000cdef")] // no-break, narrow and ideographic spaces
    [InlineData("\ufeff0123\u200b-4567\u200d-89ab\u00ad-cdef\u200e")] // marks without width
    [InlineData("0123-4567-89ab-cdef\t")]
    [InlineData("0123-4567-89ab-cdef\r\n")]
    [InlineData("0123_4567_89ab_cdef")]
    [InlineData("\uff10\uff11\uff12\uff13-4567-89ab-\uff43\uff24\uff45\uff26")] // full-width
    [InlineData("\uff2f\uff29\uff12\uff13-4567-89ab-cdef")]
    public void Case_blanks_dashes_and_misread_letters_do_not_matter(string typed)
    {
        Assert.True(RecoveryCode.TryParse(typed, out var code));
        Assert.Equal("0123-4567-89ab-cdef", code.ToGroups());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("----")]
    [InlineData("0123-4567-89ab-cde")]
    [InlineData("0123-4567-89ab-cdef0")]
    [InlineData("0123-4567-89ab-cdeu")] // not in the alphabet
    [InlineData("0123-4567-89ab-cde\u0430")] // Cyrillic a
    [InlineData("0123-4567-89ab-cde\u212a")] // Kelvin sign, lower case of which is k
    [InlineData("\u0660123-4567-89ab-cdef")] // Arabic-Indic zero
    [InlineData("\U0001d7ce123-4567-89ab-cdef")] // mathematical bold zero
    [InlineData("\uff21\uff35-4567-89ab-cdef")] // full-width, not in the alphabet
    [InlineData("\ufffd\ufffd")]
    [InlineData("123456")]
    public void What_cannot_be_a_code_is_refused(string? typed)
    {
        Assert.False(RecoveryCode.TryParse(typed, out var code));
        Assert.Null(code);
    }

    [Fact]
    public void What_is_shown_reads_back_as_the_same_code()
    {
        var salt = RecoveryCodeHash.NewSalt();
        var code = RecoveryCode.Generate();
        Assert.True(RecoveryCode.TryParse(code.ToGroups().ToUpperInvariant(), out var typed));
        Assert.Equal(RecoveryCodeHash.Create(code, salt), RecoveryCodeHash.Create(typed, salt));
    }

    [Fact]
    public void Neither_text_nor_JSON_of_a_code_shows_it()
    {
        var code = RecoveryCode.Generate();
        Assert.Equal("RecoveryCode", $"{code}");
        Assert.Equal("{}", JsonSerializer.Serialize(code));
    }
}
