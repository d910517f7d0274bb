using MfaGateway.Core.Factors.RecoveryCodes;
using Xunit;

namespace MfaGateway.Core.Tests.Factors.RecoveryCodes;

public sealed class RecoveryCodeHashTests
{
    [Fact]
    public void The_hash_of_a_code_stays_what_it_was_for_codes_on_paper()
    {
        // From Python's hashlib.pbkdf2_hmac("sha256", b"0123456789abcdef", bytes(range(16)), 20000).
        byte[] salt = [1, .. Enumerable.Range(0, 16).Select(i => (byte)i)];
        Assert.True(RecoveryCode.TryParse("0123-4567-89ab-cdef", out var code));
        Assert.Equal("016dfe767cdc510e5ed415042df296ea7df917404f7ba509c0708afbcd4309ea60", Convert.ToHexStringLower(RecoveryCodeHash.Create(code, salt)));
    }

    [Fact]
    public void Another_code_or_another_salt_gives_another_hash()
    {
        var (salt, code) = (RecoveryCodeHash.NewSalt(), RecoveryCode.Generate());
        Assert.NotEqual(RecoveryCodeHash.Create(code, salt), RecoveryCodeHash.Create(RecoveryCode.Generate(), salt));
        Assert.NotEqual(RecoveryCodeHash.Create(code, salt), RecoveryCodeHash.Create(code, RecoveryCodeHash.NewSalt()));
    }

    [Fact]
    public void Salts_and_hashes_have_fixed_lengths_and_begin_with_their_version()
    {
        var salt = RecoveryCodeHash.NewSalt();
        var hash = RecoveryCodeHash.Create(RecoveryCode.Generate(), salt);
        Assert.Equal((RecoveryCodeHash.SaltLength, 1), (salt.Length, salt[0]));
        Assert.Equal((RecoveryCodeHash.HashLength, 1), (hash.Length, hash[0]));
    }

    [Theory]
    [InlineData(0, 17)] // no version
    [InlineData(2, 17)] // a later program's
    [InlineData(1, 16)] // torn
    [InlineData(1, 18)]
    public void A_salt_of_unknown_form_is_a_fault_and_not_a_wrong_code(byte version, int length)
    {
        var salt = new byte[length];
        salt[0] = version;
        Assert.Throws<FormatException>(() => RecoveryCodeHash.Create(RecoveryCode.Generate(), salt));
    }
}
