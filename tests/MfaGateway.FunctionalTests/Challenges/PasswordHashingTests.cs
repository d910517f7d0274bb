using MfaGateway.Challenges;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Storage;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Identity;
using Xunit;
using PasswordOptions = MfaGateway.Configuration.PasswordOptions;

namespace MfaGateway.FunctionalTests.Challenges;

public sealed class PasswordHashingTests
{
    private const string Password = "correct horse battery staple";

    // From the reference implementation: argon2 0123456789abcdef -id -v 13 -k 19456 -t 2 -p 1 -l 32
    private const string FromReference = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$gy5SuVm5Z7Vw7keB9se9p87QGcomaseB/S2U1OhTsM0";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Password, 2, PasswordMatch.Right)]
    [InlineData(Password, 3, PasswordMatch.RightButWeaklyHashed)]
    [InlineData(Password + " ", 2, PasswordMatch.Wrong)]
    [InlineData("", 3, PasswordMatch.Wrong)]
    public async Task A_hash_of_the_reference_implementation_is_read(string password, int passes, PasswordMatch expected) =>
        Assert.Equal(expected, await Hashing(passes).VerifyAsync(FromReference, password, HashingRequester.Program, Token));

    [Theory]
    [InlineData(Password, PasswordMatch.RightButWeaklyHashed)]
    [InlineData("correct horse battery stable", PasswordMatch.Wrong)]
    public async Task A_hash_of_the_framework_is_read_and_counts_as_weak(string password, PasswordMatch expected)
    {
        var old = new PasswordHasher<object>().HashPassword(new object(), Password);

        Assert.Equal(expected, await Hashing().VerifyAsync(old, password, HashingRequester.Program, Token));
    }

    [Fact]
    public async Task Two_hashes_of_one_password_differ_and_say_what_they_cost()
    {
        var hashing = Hashing(passes: 3);
        var hashes = new[] { await hashing.HashAsync(Password, HashingRequester.Program, Token), await hashing.HashAsync(Password, HashingRequester.Program, Token) };

        Assert.NotEqual(hashes[0], hashes[1]);
        Assert.All(hashes, hash => Assert.StartsWith("$argon2id$v=19$m=19456,t=3,p=1$", hash, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=4$MDEyMzQ1Njc4OWFiY2RlZg$gy5SuVm5Z7Vw7keB9se9p87QGcomaseB/S2U1OhTsM0")]
    [InlineData("$argon2id$v=19$t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$gy5SuVm5Z7Vw7keB9se9p87QGcomaseB/S2U1OhTsM0")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$?$gy5SuVm5Z7Vw7keB9se9p87QGcomaseB/S2U1OhTsM0")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$")]
    [InlineData("$argon2id$v=19$m=1048577,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$gy5SuVm5Z7Vw7keB9se9p87QGcomaseB/S2U1OhTsM0")]
    [InlineData("$argon2id$v=19$m=19456,t=101,p=1$MDEyMzQ1Njc4OWFiY2RlZg$gy5SuVm5Z7Vw7keB9se9p87QGcomaseB/S2U1OhTsM0")]
    [InlineData("AH9d3SBqqbTrNpyhb0OLP8HVV0Dz3jI2N1hWkXGLMkB0cMY8uFxFlvrMhJjSTkWZuw==")] // format 2 of the framework
    [InlineData("AQAAAAE=")]
    [InlineData("")]
    [InlineData("$argon2i$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$gy5SuVm5Z7Vw7keB9se9p87QGcomaseB/S2U1OhTsM0")]
    public Task A_garbled_hash_is_a_fault_and_no_match(string hash) =>
        Assert.ThrowsAnyAsync<FormatException>(() => Hashing().VerifyAsync(hash, Password, HashingRequester.Program, Token));

    [Fact]
    public async Task Old_hashes_are_known_until_each_was_replaced_at_its_next_use()
    {
        var data = Directory.CreateTempSubdirectory("mfagateway-test-").FullName;
        try
        {
            await using (var before = await StartAsync(data))
            {
                await before.AddPersonAsync("bob");
                await HashAsBeforeAsync(before, await before.AddPersonAsync());
                var eve = await before.AddPersonAsync("eve");
                var hash = await before.Get<PasswordStore>().FindHashAsync(eve.AccountId, Token);
                Assert.True(await before.Get<PasswordStore>().TryReplaceHashAsync(eve.AccountId, hash!, "garbled", Token));
                Assert.Empty(before.Get<OldPasswordHashes>().Rounds);
            }

            // With other settings all is looked at again: ada's hash is of the framework, bob's of the settings before.
            await using (var changed = await StartAsync(data, passes: 3))
            {
                Assert.Equal([100_000], changed.Get<OldPasswordHashes>().Rounds);
                Assert.Equal([new Argon2Work(19_456, 2)], changed.Get<OldPasswordHashes>().Works);
                using var browser = changed.NewBrowser();
                await new TestPerson(changed, "ada").GivePasswordAsync(browser);
                await new TestPerson(changed, "bob").GivePasswordAsync(browser);
            }

            await using var after = await StartAsync(data, passes: 3);
            Assert.Empty(after.Get<OldPasswordHashes>().Rounds);
            Assert.Empty(after.Get<OldPasswordHashes>().Works);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static PasswordHashing Hashing(int passes = 2) => new(new PasswordOptions { Passes = passes }, OldPasswordHashes.None);

    private static Task<GatewayUnderTest> StartAsync(string data, int passes = 2) => GatewayUnderTest.StartAsync(setup => setup
        .With("MfaGateway:DataDirectory", data)
        .With("MfaGateway:Passwords:Passes", passes.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static async Task HashAsBeforeAsync(GatewayUnderTest gateway, TestPerson person)
    {
        var hash = await gateway.Get<PasswordStore>().FindHashAsync(person.AccountId, Token);
        var old = new PasswordHasher<object>().HashPassword(new object(), person.Password);
        Assert.True(await gateway.Get<PasswordStore>().TryReplaceHashAsync(person.AccountId, hash!, old, Token));
    }
}
