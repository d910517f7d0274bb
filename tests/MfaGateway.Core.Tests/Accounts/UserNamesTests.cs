using System.Globalization;
using System.Text;
using MfaGateway.Core.Accounts;
using Xunit;

namespace MfaGateway.Core.Tests.Accounts;

public sealed class UserNamesTests
{
    [Theory]
    [InlineData("ada", "Ada")]
    [InlineData("ada", " ADA ")]
    [InlineData("ada", "ａｄａ")] // full-width
    [InlineData("jos\u00e9", "JOSE\u0301")] // composed and decomposed
    [InlineData("ﬁona", "FIONA")] // ligature
    [InlineData("Ωmega", "ωMEGA")] // ohm sign and Greek omega
    [InlineData("σοφος", "ΣΟΦΟΣ")]
    [InlineData("σοφος", "σοφοσ")]
    [InlineData("ada", "\u00a0ada\u3000")]
    public void Spellings_of_one_name_fold_to_one(string one, string other) =>
        Assert.Equal(UserNames.Fold(one), UserNames.Fold(other));

    [Theory]
    [InlineData("mike", "mıke")] // dotless i: a stranger's name must not become Mike's
    [InlineData("mike", "miKe\u0301")]
    [InlineData("ada", "adа")] // the last letter is Cyrillic
    [InlineData("ada", "ada\0")]
    [InlineData("ada lovelace", "adalovelace")]
    public void Different_names_stay_different(string one, string other) =>
        Assert.NotEqual(UserNames.Fold(one), UserNames.Fold(other));

    [Fact]
    public void The_fold_is_the_same_under_a_Turkish_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("tr-TR");
            Assert.Equal("title", UserNames.Fold("TITLE"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void What_is_too_long_for_a_name_costs_no_more_for_its_marks()
    {
        // A run of marks in the wrong order: sorting it takes the square of its length.
        var marks = "a" + new string('\u0301', 4040) + new string('\u0323', 4040);

        // As it was typed: not sorted.
        Assert.Equal(marks, UserNames.Fold(marks));
        Assert.NotNull(UserNames.Validate(marks));
    }

    [Fact]
    public void Folding_twice_is_folding_once_for_every_character_there_is()
    {
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.IsValid(value))
                continue;
            var once = UserNames.Fold($"a{new Rune(value)}b");
            if (once != UserNames.Fold(once))
                Assert.Fail($"U+{value:X4} folds to {once}, which folds on.");
        }
    }

    [Fact]
    public void Broken_text_from_a_stranger_folds_without_a_fault()
    {
        Assert.Equal("a\ufffdb", UserNames.Fold("A\ud800B"));
        Assert.Equal("a\ufffdb", UserNames.Fold("A\ufffeB"));
        Assert.NotNull(UserNames.Validate("a\ud800b"));
        Assert.NotNull(UserNames.Validate("a\ufffeb"));
        Assert.Equal("", UserNames.Fold(""));
        Assert.Equal(16_384, UserNames.Fold(new string('A', 16_384)).Length);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("ada")]
    [InlineData("ada.lovelace+x@example.org")]
    [InlineData("Ada Lovelace")]
    [InlineData("Łukasz_ß-1")]
    [InlineData("山田太郎")]
    [InlineData("O'Brien")]
    [InlineData("DOMAIN|user")]
    public void Ordinary_names_are_fine(string name) => Assert.Null(UserNames.Validate(name));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(" ada")]
    [InlineData("ada ")]
    [InlineData("ada\n")]
    [InlineData("a\r\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u00a0b")] // no-break space
    [InlineData("a\u200bb")] // zero-width space
    [InlineData("a\u202eb")] // right-to-left override
    [InlineData("a\u2028b")]
    [InlineData("a\ue000b")] // private use
    [InlineData("a\ufffdb")] // what a lone surrogate folds to
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a,b")]
    [InlineData("a:b")]
    [InlineData("a／b")] // folds to a slash
    [InlineData("℀")] // folds to a/c
    [InlineData("-rf")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("．．")]
    public void Names_that_could_break_what_they_travel_in_are_refused(string name)
    {
        var advice = UserNames.Validate(name);
        Assert.NotNull(advice);
        Assert.EndsWith(".", advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_has_at_most_64_characters_whatever_their_size_before_and_after_folding()
    {
        Assert.Null(UserNames.Validate(new string('a', 64)));
        Assert.Null(UserNames.Validate(string.Concat(Enumerable.Repeat("𝒜", 64)))); // two UTF-16 units each
        Assert.NotNull(UserNames.Validate(new string('a', 65)));
        Assert.NotNull(UserNames.Validate(string.Concat(Enumerable.Repeat("ﷺ", 4)))); // folds to 18 each
    }
}
