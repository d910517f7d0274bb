using System.Security.Cryptography;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage;
using MfaGateway.Storage;
using Microsoft.AspNetCore.DataProtection;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

/// <summary>The secrets that codes are made from, and what is set for an application's codes; with real encryption.</summary>
public abstract class ApplicationContract(StoreEngine engine) : StoreContract(engine)
{
    private const int Callers = 20;

    private readonly ISecretProtector _protector = new DataProtectionSecrets(new EphemeralDataProtectionProvider());

    private ApplicationSecrets Secrets => new(Store.Applications, _protector);

    [Fact]
    public async Task A_first_need_of_many_at_two_nodes_makes_one_secret()
    {
        await using var otherNode = Place.Connect();
        var others = new ApplicationSecrets(otherNode.Applications, _protector);

        var made = await RaceAsync(number => (number % 2 == 0 ? Secrets : others).GetNewestAsync("app", Now, Token), Callers);

        Assert.Single(made.Select(Reveal).Distinct(StringComparer.Ordinal));
        Assert.All(made, secret => Assert.Equal(1, secret.Generation));
        Assert.Equal(Reveal(made[0]), Reveal(await others.GetNewestAsync("app", Now.AddDays(400), Token)));
        Assert.NotEqual(Reveal(made[0]), Reveal(await Secrets.GetNewestAsync("app2", Now, Token)));
    }

    [Fact]
    public async Task A_secret_is_encrypted_for_its_application_and_generation()
    {
        var secret = await Secrets.GetNewestAsync("app", Now, Token);
        var row = (await Store.Applications.FindNewestSecretAsync("app", Token))!;
        Assert.Equal((1, Now), (row.Generation, row.MadeAt));
        Assert.Equal(-1, row.ProtectedSecret.AsSpan().IndexOf(secret.AsSpan()));

        // Whoever can write the database can't make one application's codes from the other one's secret.
        Assert.True(await Store.Applications.TryAddSecretAsync(row with { ApplicationId = "eves" }, trace: null, Token));
        Assert.True(await Store.Applications.TryAddSecretAsync(row with { Generation = 2 }, trace: null, Token));

        await Assert.ThrowsAnyAsync<CryptographicException>(() => Secrets.GetNewestAsync("eves", Now, Token));
        await Assert.ThrowsAnyAsync<CryptographicException>(() => Secrets.FindAsync("app", 2, Token));
    }

    [Fact]
    public async Task A_rotation_makes_the_next_one_and_keeps_those_before()
    {
        var first = await Secrets.GetNewestAsync("app", Now, Token);

        Assert.Equal(2, await Secrets.TryRotateAsync("app", Now.AddDays(1), NewTrace("app", "rotated"), Token));

        var second = await Secrets.GetNewestAsync("app", Now.AddDays(1), Token);
        Assert.Equal(2, second.Generation);
        Assert.NotEqual(Reveal(first), Reveal(second));
        Assert.Equal(Reveal(first), Reveal((await Secrets.FindAsync("app", 1, Token))!));
        Assert.Equal(Reveal(second), Reveal((await Secrets.FindAsync("app", 2, Token))!));
        Assert.Null(await Secrets.FindAsync("app", 3, Token));
        Assert.Null(await Secrets.FindAsync("other", 1, Token));
        Assert.Equal("rotated", Assert.Single(await Store.Audit.ListAsync(null, 10, Token)).Entry.Event);
    }

    [Fact]
    public async Task Rotations_that_race_replace_no_secret_and_leave_a_trace_each_that_was_done()
    {
        await Secrets.GetNewestAsync("app", Now, Token);
        await using var otherNode = Place.Connect();
        var others = new ApplicationSecrets(otherNode.Applications, _protector);

        var made = (await RaceAsync(number => (number % 2 == 0 ? Secrets : others).TryRotateAsync("app", Now, NewTrace("app", "rotated"), Token), Callers))
            .OfType<int>().Order().ToList();

        Assert.NotEmpty(made);
        Assert.Equal(Enumerable.Range(2, made.Count), made);
        Assert.Equal(made[^1], (await Secrets.GetNewestAsync("app", Now, Token)).Generation);
        Assert.Equal(made.Count, (await Store.Audit.ListAsync(null, 100, Token)).Count);
    }

    [Fact]
    public async Task Secrets_outlive_every_sweep()
    {
        var secret = await Secrets.GetNewestAsync("app", Now, Token);

        await Store.Lifecycle.DeleteExpiredAsync(Now.AddYears(20), Token);

        Assert.Equal(Reveal(secret), Reveal(await Secrets.GetNewestAsync("app", Now.AddYears(20), Token)));
    }

    [Fact]
    public async Task What_is_set_for_an_application_holds_for_it_alone_until_it_is_set_again()
    {
        Assert.Null(await Store.Applications.FindSettingsAsync("app", Token));

        await Store.Applications.SetSettingsAsync("app", new(Digits: 8, LifetimeMinutes: 5), NewTrace("app", "set"), Token);
        await Store.Applications.SetSettingsAsync("other", new(Digits: 7, LifetimeMinutes: 1440), NewTrace("other", "set"), Token);
        await Store.Applications.SetSettingsAsync("app", new(Digits: 6, LifetimeMinutes: 10), NewTrace("app", "set again"), Token);

        Assert.Equal(new ApplicationSettings(6, 10), await Store.Applications.FindSettingsAsync("app", Token));
        Assert.Equal(new ApplicationSettings(7, 1440), await Store.Applications.FindSettingsAsync("other", Token));
        Assert.Equal(["set again", "set", "set"], (await Store.Audit.ListAsync(null, 10, Token)).Select(recorded => recorded.Entry.Event));
    }

    private static string Reveal(ApplicationSecret secret) => Convert.ToHexString(secret.AsSpan());
}

public sealed class ApplicationsOnSqlite() : ApplicationContract(StoreEngine.Sqlite);

public sealed class ApplicationsOnPostgreSql() : ApplicationContract(StoreEngine.PostgreSql);

public sealed class ApplicationsOnLiteDb() : ApplicationContract(StoreEngine.LiteDb);

public sealed class ApplicationsOnMemory() : ApplicationContract(StoreEngine.Memory);
