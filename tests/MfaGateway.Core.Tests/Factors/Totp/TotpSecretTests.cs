using System.Text.Json;
using MfaGateway.Core.Factors.Totp;
using Xunit;

namespace MfaGateway.Core.Tests.Factors.Totp;

public sealed class TotpSecretTests
{
    [Theory]
    [InlineData(TotpHash.Sha1, 20)]
    [InlineData(TotpHash.Sha256, 32)]
    [InlineData(TotpHash.Sha512, 64)]
    public void A_new_secret_is_as_long_as_its_hash_and_never_the_same_twice(TotpHash algorithm, int length)
    {
        var secrets = Enumerable.Range(0, 200).Select(_ => TotpSecret.Generate(algorithm)).ToList();
        Assert.All(secrets, secret => Assert.Equal(length, secret.AsSpan().Length));
        Assert.Equal(200, secrets.Select(secret => secret.ToBase32()).Distinct().Count());
    }

    [Fact]
    public void Neither_text_nor_JSON_of_a_secret_shows_it()
    {
        var secret = TotpSecret.Generate(TotpHash.Sha1);
        Assert.Equal("TotpSecret", $"{secret}");
        Assert.Equal("{}", JsonSerializer.Serialize(secret));
    }

    [Fact]
    public void The_groups_are_of_four_and_read_back_as_the_secret()
    {
        var secret = TotpSecret.Generate(TotpHash.Sha1);
        Assert.Matches(@"\A([A-Z2-7]{4} ){7}[A-Z2-7]{4}\z", secret.ToGroups());
        Assert.True(Base32.TryDecode(secret.ToGroups(), out var bytes));
        Assert.True(secret.AsSpan().SequenceEqual(bytes));
    }

    [Fact]
    public void Changing_the_bytes_it_was_made_from_does_not_change_the_secret()
    {
        var bytes = new byte[20];
        var secret = TotpSecret.FromBytes(bytes);
        bytes[0] = 1;
        Assert.Equal(0, secret.AsSpan()[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(129)]
    public void A_secret_shorter_than_128_bits_or_absurdly_long_is_refused_without_showing_it(int length)
    {
        var fault = Assert.Throws<ArgumentException>(() => TotpSecret.FromBytes(new byte[length]));
        Assert.Contains($"not {length}", fault.Message, StringComparison.Ordinal);
    }
}
