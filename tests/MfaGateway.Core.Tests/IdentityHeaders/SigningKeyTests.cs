using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MfaGateway.Core.IdentityHeaders;
using Xunit;

namespace MfaGateway.Core.Tests.IdentityHeaders;

public sealed class SigningKeyTests
{
    // The key of RFC 9421 B.1.3; its private half is "d" of the same place.
    private static readonly ECParameters Published = new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = System.Buffers.Text.Base64Url.DecodeFromChars("UpuF81l-kOxbjf7T4mNSv0r5tN67Gim7rnf6EFpcYDs"),
        Q = new ECPoint
        {
            X = System.Buffers.Text.Base64Url.DecodeFromChars("qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA"),
            Y = System.Buffers.Text.Base64Url.DecodeFromChars("Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"),
        },
    };

    [Fact]
    public void The_key_set_holds_public_halves_alone()
    {
        var key = FromRfc();

        var set = Encoding.UTF8.GetString(JsonWebKeySet.Write([key, SigningKey.Create()]));

        var keys = JsonDocument.Parse(set).RootElement.GetProperty("keys");
        Assert.Equal(2, keys.GetArrayLength());
        Assert.Equal(["kty", "use", "crv", "kid", "x", "y"], keys[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal("qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA", keys[0].GetProperty("x").GetString());
        Assert.DoesNotContain("UpuF81l", set, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_read_back_is_the_same_key()
    {
        var key = SigningKey.Create();
        Assert.Equal(key.Kid, SigningKey.FromPkcs8(key.ExportPkcs8()).Kid);
        Assert.Equal(43, key.Kid.Length);
        Assert.NotEqual(key.Kid, SigningKey.Create().Kid);
    }

    [Fact]
    public void A_key_on_another_curve_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var pkcs8 = other.ExportPkcs8PrivateKey();
        Assert.Throws<CryptographicException>(() => SigningKey.FromPkcs8(pkcs8));
    }

    [Fact]
    public void Keys_do_not_print_themselves()
    {
        Assert.DoesNotContain("UpuF81l", FromRfc().ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("super", new HmacSigningKey("k", Encoding.ASCII.GetBytes(new string('s', 32) + "super")).ToString(), StringComparison.Ordinal);
    }

    private static SigningKey FromRfc()
    {
        using var key = ECDsa.Create(Published);
        return SigningKey.FromPkcs8(key.ExportPkcs8PrivateKey());
    }
}
