using System.Text;
using MfaGateway.Core.Factors.Totp;
using Xunit;

namespace MfaGateway.Core.Tests.Factors.Totp;

public sealed class TotpAlgorithmTests
{
    private static readonly TotpParameters SixDigits = TotpParameters.Default;
    private static readonly TotpSecret RfcSecret = Secret("12345678901234567890");
    private static readonly DateTimeOffset SomeTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_010);

    // RFC 4226 appendix D.
    [Theory]
    [InlineData(0, "755224")]
    [InlineData(1, "287082")]
    [InlineData(2, "359152")]
    [InlineData(3, "969429")]
    [InlineData(4, "338314")]
    [InlineData(5, "254676")]
    [InlineData(6, "287922")]
    [InlineData(7, "162583")]
    [InlineData(8, "399871")]
    [InlineData(9, "520489")]
    public void The_counter_vectors_of_RFC_4226_hold(long step, string code) =>
        Assert.Equal(code, TotpAlgorithm.Compute(RfcSecret, step, SixDigits));

    // RFC 6238 appendix B; the seeds are those of its reference code, one length for each hash (erratum 2866).
    [Theory]
    [InlineData(59, "94287082", "46119246", "90693936")]
    [InlineData(1111111109, "07081804", "68084774", "25091201")]
    [InlineData(1111111111, "14050471", "67062674", "99943326")]
    [InlineData(1234567890, "89005924", "91819424", "93441116")]
    [InlineData(2000000000, "69279037", "90698825", "38618901")]
    [InlineData(20000000000, "65353130", "77737706", "47863826")]
    public void The_time_vectors_of_RFC_6238_hold_for_all_three_hashes(
        long seconds, string sha1, string sha256, string sha512)
    {
        const string digits = "1234567890";
        Assert.Equal(sha1, CodeAt(seconds, TotpHash.Sha1, Repeat(digits, 20)));
        Assert.Equal(sha256, CodeAt(seconds, TotpHash.Sha256, Repeat(digits, 32)));
        Assert.Equal(sha512, CodeAt(seconds, TotpHash.Sha512, Repeat(digits, 64)));

        static string CodeAt(long seconds, TotpHash hash, string seed)
        {
            var parameters = new TotpParameters(hash, 8, 30);
            var step = TotpAlgorithm.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds), parameters);
            return TotpAlgorithm.Compute(Secret(seed), step, parameters);
        }
    }

    [Theory]
    [InlineData(0, 30, 0)]
    [InlineData(29, 30, 0)]
    [InlineData(30, 30, 1)]
    [InlineData(59, 60, 0)]
    [InlineData(60, 60, 1)]
    [InlineData(-1, 30, -1)]
    [InlineData(-30, 30, -1)]
    [InlineData(-31, 30, -2)]
    [InlineData(2147483648, 30, 71582788)] // past 2038-01-19
    [InlineData(4294967296, 30, 143165576)] // past 2106-02-07
    [InlineData(253402300799, 15, 16893486719)] // the end of year 9999: more than 32 bits of steps
    public void A_step_begins_on_its_first_second_and_ends_before_the_next(long seconds, int period, long step) =>
        Assert.Equal(step, TotpAlgorithm.StepAt(
            DateTimeOffset.FromUnixTimeSeconds(seconds), new TotpParameters(TotpHash.Sha1, 6, period)));

    [Fact]
    public void The_offset_of_the_clock_reading_does_not_matter() =>
        Assert.Equal(
            TotpAlgorithm.StepAt(SomeTime, SixDigits),
            TotpAlgorithm.StepAt(SomeTime.ToOffset(TimeSpan.FromHours(9)), SixDigits));

    [Fact]
    public void The_last_tick_of_a_step_still_belongs_to_it()
    {
        var start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_010 / 30 * 30);
        Assert.Equal(TotpAlgorithm.StepAt(start, SixDigits), TotpAlgorithm.StepAt(start.AddSeconds(30).AddTicks(-1), SixDigits));
        Assert.Equal(TotpAlgorithm.StepAt(start, SixDigits) + 1, TotpAlgorithm.StepAt(start.AddSeconds(30), SixDigits));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(1, -1)]
    [InlineData(2, -2)]
    [InlineData(2, 2)]
    public void A_code_inside_the_window_gives_its_own_absolute_step(int skew, int distance)
    {
        var step = TotpAlgorithm.StepAt(SomeTime, SixDigits) + distance;
        var code = TotpAlgorithm.Compute(RfcSecret, step, SixDigits);
        Assert.Equal(step, TotpAlgorithm.FindMatchingStep(RfcSecret, code, SomeTime, SixDigits, skew));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, -1)]
    [InlineData(1, 2)]
    [InlineData(1, -2)]
    [InlineData(2, 3)]
    [InlineData(2, -3)]
    public void A_code_one_step_outside_the_window_matches_nothing(int skew, int distance)
    {
        var code = TotpAlgorithm.Compute(RfcSecret, TotpAlgorithm.StepAt(SomeTime, SixDigits) + distance, SixDigits);
        Assert.Null(TotpAlgorithm.FindMatchingStep(RfcSecret, code, SomeTime, SixDigits, skew));
    }

    [Fact]
    public void A_code_lives_exactly_from_one_period_before_its_step_to_one_period_after()
    {
        var step = TotpAlgorithm.StepAt(SomeTime, SixDigits);
        var start = DateTimeOffset.FromUnixTimeSeconds(step * 30);
        var code = TotpAlgorithm.Compute(RfcSecret, step, SixDigits);
        Assert.Null(Find(start.AddSeconds(-30).AddTicks(-1)));
        Assert.Equal(step, Find(start.AddSeconds(-30)));
        Assert.Equal(step, Find(start.AddSeconds(60).AddTicks(-1)));
        Assert.Null(Find(start.AddSeconds(60)));

        long? Find(DateTimeOffset now) => TotpAlgorithm.FindMatchingStep(RfcSecret, code, now, SixDigits, 1);
    }

    [Fact]
    public void Where_one_code_belongs_to_two_steps_the_current_one_is_preferred_then_the_past()
    {
        // Found by search: with six digits two of 121 steps share a code now and then.
        var (earlier, later) = FirstCollision();
        var code = TotpAlgorithm.Compute(RfcSecret, earlier, SixDigits);
        Assert.Equal(earlier, FindAround(earlier));
        Assert.Equal(later, FindAround(later));
        if (later - earlier >= 2)
            Assert.Equal(earlier, FindAround(later - 1));

        long? FindAround(long current) => TotpAlgorithm.FindMatchingStep(
            RfcSecret, code, DateTimeOffset.FromUnixTimeSeconds(current * 30), SixDigits, TotpAlgorithm.MaxSkewSteps);
    }

    [Fact]
    public void In_1970_the_steps_before_the_epoch_do_not_exist()
    {
        var epoch = DateTimeOffset.UnixEpoch;
        var code = TotpAlgorithm.Compute(RfcSecret, 0, SixDigits);
        Assert.Equal(0, TotpAlgorithm.FindMatchingStep(RfcSecret, code, epoch, SixDigits, 2));
        Assert.Equal(0, TotpAlgorithm.FindMatchingStep(RfcSecret, code, epoch.AddTicks(-1), SixDigits, 1));
        Assert.Null(TotpAlgorithm.FindMatchingStep(RfcSecret, code, epoch.AddTicks(-1), SixDigits, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TotpAlgorithm.Compute(RfcSecret, -1, SixDigits));
        // What eight bytes of 0xff as the counter would give, made with Python's hmac.
        Assert.Null(TotpAlgorithm.FindMatchingStep(RfcSecret, "094451", epoch, SixDigits, 2));
    }

    [Fact]
    public void Steps_beyond_32_bits_are_told_apart()
    {
        const long step = 5;
        const long sameLowBits = (1L << 32) + step;
        Assert.NotEqual(
            TotpAlgorithm.Compute(RfcSecret, step, SixDigits), TotpAlgorithm.Compute(RfcSecret, sameLowBits, SixDigits));
    }

    [Theory]
    [InlineData("")]
    [InlineData("75522")]
    [InlineData("7552244")]
    [InlineData("+55224")]
    [InlineData("755224\n")]
    [InlineData(" 755224")]
    [InlineData("٧٥٥٢٢٤")]
    [InlineData("７５５２２４")]
    public void A_text_that_is_not_exactly_the_digits_matches_nothing(string code) =>
        Assert.Null(TotpAlgorithm.FindMatchingStep(RfcSecret, code, DateTimeOffset.UnixEpoch, SixDigits, 1));

    [Fact]
    public void A_code_of_another_secret_hash_or_length_matches_nothing()
    {
        var step = TotpAlgorithm.StepAt(SomeTime, SixDigits);
        var eight = new TotpParameters(TotpHash.Sha1, 8, 30);
        var sha256 = new TotpParameters(TotpHash.Sha256, 6, 30);
        Assert.Null(Find(TotpAlgorithm.Compute(Secret("09876543210987654321"), step, SixDigits)));
        Assert.Null(Find(TotpAlgorithm.Compute(RfcSecret, step, sha256)));
        Assert.Null(Find(TotpAlgorithm.Compute(RfcSecret, step, eight)));
        Assert.Null(Find(TotpAlgorithm.Compute(RfcSecret, step, eight)[..6]));

        long? Find(string code) => TotpAlgorithm.FindMatchingStep(RfcSecret, code, SomeTime, SixDigits, 1);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(TotpAlgorithm.MaxSkewSteps + 1)]
    public void A_window_without_bounds_is_a_fault_of_the_program(int skew) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => TotpAlgorithm.FindMatchingStep(RfcSecret, "755224", SomeTime, SixDigits, skew));

    private static (long Earlier, long Later) FirstCollision()
    {
        var recent = new Dictionary<string, long>();
        for (long step = 1_000; step < 1_000_000; step++)
        {
            var code = TotpAlgorithm.Compute(RfcSecret, step, SixDigits);
            if (recent.TryGetValue(code, out var before) && step - before <= TotpAlgorithm.MaxSkewSteps)
                return (before, step);
            recent[code] = step;
        }

        throw new InvalidOperationException("No two neighbouring steps share a code.");
    }

    private static TotpSecret Secret(string text) => TotpSecret.FromBytes(Encoding.ASCII.GetBytes(text));

    private static string Repeat(string digits, int length) =>
        string.Concat(Enumerable.Repeat(digits, length / digits.Length + 1))[..length];
}
