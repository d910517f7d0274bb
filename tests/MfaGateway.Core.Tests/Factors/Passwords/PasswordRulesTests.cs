using MfaGateway.Core.Factors.Passwords;
using Xunit;

namespace MfaGateway.Core.Tests.Factors.Passwords;

public sealed class PasswordRulesTests
{
    private static readonly string[] Ada = ["ada", "Ada Lovelace", "ada.lovelace@example.org", "Difference Engine Ltd"];

    [Theory]
    [InlineData("hb7Kq0x-Vw3T")]
    [InlineData("tuesday-copper-river")]
    [InlineData("mein hund frisst gern lampen")]
    [InlineData("kaffeetasse42blau")]
    [InlineData("жираф купил велосипед")]
    [InlineData("緑の象が橋を渡って行きました")]
    [InlineData("🦒🚲🌋🧦🛶🎷🧊🪁🦔🥁🍋🪴")] // twelve code points
    [InlineData("all lower case, no digit")]
    [InlineData("  leading and trailing  ")]
    public void A_long_password_that_is_not_easily_guessed_is_accepted_whatever_it_is_made_of(string password) =>
        Assert.IsType<NewPasswordVerdict.Accepted>(PasswordRules.Check(password, Ada));

    [Theory]
    [InlineData("", "at least 12 characters")]
    [InlineData("hb7Kq0x-Vw3", "this has 11")]
    [InlineData("🦒🚲🌋🧦🛶🎷🧊🪁🦔🥁🍋", "this has 11")] // 44 bytes, 22 UTF-16 units
    [InlineData("cafe\u0301cafe\u0301xy", "this has 10")] // counted as it is hashed
    public void A_short_password_is_told_how_many_characters_are_missing(string password, string part) =>
        Assert.Contains(part, Advice(password), StringComparison.Ordinal);

    [Fact]
    public void The_longest_password_has_1024_bytes_and_the_next_is_refused_not_cut()
    {
        // No repetition, so that only the length decides.
        var longest = string.Concat(Enumerable.Range(1000, 256));
        Assert.Equal(1024, longest.Length);
        Assert.IsType<NewPasswordVerdict.Accepted>(PasswordRules.Check(longest, Ada));
        Assert.Contains("1,024 bytes", Advice(longest + "x"), StringComparison.Ordinal);
        Assert.Contains("1,024 bytes", Advice(new string('x', 1_000_000)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_that_is_not_text_is_refused()
    {
        // Not as attributes: those cannot hold a lone surrogate.
        foreach (var part in new[] { "\0", "\ud800", "\udc00", "\ufffe" })
            Assert.Contains("invisible", Advice("hb7Kq0x-Vw3T" + part), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("123456789012")]
    [InlineData("passwordpassword")]
    [InlineData("Password2024!!")]
    [InlineData("P@ssw0rd-1234")]
    [InlineData("PASSWORD!!!!!")]
    [InlineData("p a s s w o r d")]
    [InlineData("qwertyuiop[]")]
    [InlineData("1q2w3e4r5t6y")]
    [InlineData("1qaz2wsx3edc")]
    [InlineData("dragondragondragon")]
    [InlineData("Summer2025Summer2025")]
    [InlineData("To be, or not to be")]
    [InlineData("correct horse battery staple")]
    [InlineData("CorrectHorseBatteryStaple1!")]
    [InlineData("пароль123456")]
    [InlineData("йцукенгшщзхъ")]
    [InlineData("motdepasse2025")]
    [InlineData("iloveyou-123456")]
    [InlineData("ｐａｓｓｗｏｒｄ１２３４")] // full-width
    public void The_commonest_passwords_are_refused_however_they_are_decorated(string password) =>
        Assert.Contains("first passwords", Advice(password), StringComparison.Ordinal);

    [Theory]
    [InlineData("AdaLovelace1815")]
    [InlineData("ada.lovelace@example.org")]
    [InlineData("4da-L0velace!!")]
    [InlineData("adaadaadaada")]
    [InlineData("Difference Engine Ltd 1")]
    public void A_password_made_of_what_others_know_of_the_person_is_refused(string password) =>
        Assert.Contains("your name", Advice(password), StringComparison.Ordinal);

    [Fact]
    public void The_same_text_may_be_fine_for_somebody_else()
    {
        Assert.IsType<NewPasswordVerdict.Refused>(PasswordRules.Check("zephyrine-mokrane", ["Zephyrine Mokrane"]));
        Assert.IsType<NewPasswordVerdict.Accepted>(PasswordRules.Check("zephyrine-mokrane", Ada));
    }

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("            ")]
    [InlineData("abcabcabcabcabc")]
    [InlineData("x9Qx9Qx9Qx9Qx9Q")]
    [InlineData("密码密码密码密码密码密码")]
    [InlineData("tuesdaywednesday")]
    [InlineData("differenceengine")]
    public void A_password_that_only_looks_long_is_refused(string password) =>
        Assert.IsType<NewPasswordVerdict.Refused>(PasswordRules.Check(password, Ada));

    [Fact]
    public void Hundreds_of_repetitions_are_worth_no_more_than_one() =>
        Assert.IsType<NewPasswordVerdict.Refused>(
            PasswordRules.Check(string.Concat(Enumerable.Repeat("banana7", 146)), Ada));

    [Fact]
    public void The_advice_never_repeats_the_password()
    {
        foreach (var password in new[] { "short-Zq7", "passwordpassword", "AdaLovelace1815", new string('Z', 2000) })
            Assert.DoesNotContain(password, Advice(password), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Personal_words_that_are_empty_short_or_broken_do_no_harm()
    {
        string[] words = ["", " ", "a", "de", "\ud800", "\ufffe", "\0", new string('x', 10_000)];
        Assert.IsType<NewPasswordVerdict.Accepted>(PasswordRules.Check("tuesday-copper-river", words));
    }

    [Fact]
    public async Task Many_threads_get_the_verdict_that_one_gets()
    {
        string[] passwords = ["tuesday-copper-river", "zephyrine-mokrane", "Summer2025Summer2025", "hb7Kq0x-Vw3T"];
        var expected = passwords.Select(password => PasswordRules.Check(password, ["Zephyrine Mokrane"])).ToList();
        var tasks = Enumerable.Range(0, 64).Select(i => Task.Run(
            () => PasswordRules.Check(passwords[i % 4], ["Zephyrine Mokrane"]), TestContext.Current.CancellationToken));
        var verdicts = await Task.WhenAll(tasks);
        for (var i = 0; i < verdicts.Length; i++)
            Assert.Equal(expected[i % 4], verdicts[i]);
    }

    private static string Advice(string password) =>
        Assert.IsType<NewPasswordVerdict.Refused>(PasswordRules.Check(password, Ada)).Advice;
}
