using System.Xml.Linq;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Storage;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Secrets;

/// <summary>No password, code, secret, token or cookie ever reaches a log or the audit, at any level.</summary>
public sealed class NoSecretIsWrittenTests
{
    public static TheoryData<string> Journeys => [.. WatchedJourneys.All.Keys];

    [Theory]
    [MemberData(nameof(Journeys))]
    public async Task Nothing_is_written_of_the_secrets_when(string journey)
    {
        using var logs = new CapturedLogs();
        var watch = new SecretWatch();
        string audit;
        await using (var gateway = await GatewayUnderTest.StartAsync(setup => Configure(setup, logs, watch)))
        {
            using var walk = new Walk(gateway, watch);
            await AddKeysAsync(gateway, watch);
            await WatchedJourneys.All[journey](walk);
            audit = journey == "the store is lost" ? string.Empty : await ReadAuditAsync(gateway);
        }

        AssertTalkative(logs);
        Assert.Contains(watch.All, secret => secret.Kind != "key");
        AssertNone(watch, string.Join('\n', logs.Lines));
        AssertNone(watch, audit);
    }

    private static void Configure(GatewaySetup setup, CapturedLogs logs, SecretWatch watch)
    {
        setup.Logs = logs;
        setup.Watch = watch;

        setup
            .With("MfaGateway:Totp:Digits", "8")
            .With("MfaGateway:Policies:fresh:MaxAge", "00:01:00")
            .Route("bank", "/bank/{**rest}", "fresh")
            .Route("app", "/{**path}", null);
    }

    private static void AssertNone(SecretWatch watch, string written)
    {
        var found = SecretSearch.Find(watch.All, written);
        Assert.True(found.Count == 0, string.Join("\n\n", found.Take(5)));
    }

    // A gateway that logged nothing would pass.
    private static void AssertTalkative(CapturedLogs logs)
    {
        foreach (var expected in new[]
        {
            "Trace ", "Debug ", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.DataProtection",
        })
        {
            Assert.Contains(logs.Lines, line => line.Contains(expected, StringComparison.Ordinal));
        }
    }

    private static async Task<string> ReadAuditAsync(GatewayUnderTest gateway)
    {
        var entries = await gateway.Get<IAuditStore>().ListAsync(before: null, 10_000, CancellationToken.None);
        return string.Join('\n', entries);
    }

    /// <summary>What the gateway itself keeps: whoever reads it in a log needs no password.</summary>
    private static async Task AddKeysAsync(GatewayUnderTest gateway, SecretWatch watch)
    {
        var secrets = gateway.Get<ISecretProtector>();
        foreach (var file in gateway.Get<DataDirectory>().Keys.EnumerateFiles("key-*.xml"))
            watch.Add("key", XDocument.Load(file.FullName).Descendants("value").Single().Value);
        foreach (var row in await gateway.Get<ISigningKeyStore>().ListAsync(CancellationToken.None))
            watch.Add("key", Convert.ToBase64String(secrets.Unprotect($"signing-key:{row.Kid}", row.ProtectedPkcs8)));
        var auditKey = await gateway.Get<IStoreLifecycle>().FindFactAsync("audit-key", CancellationToken.None);
        watch.Add("key", Convert.ToBase64String(secrets.Unprotect("audit-key", auditKey!).AsSpan(0, AuditChain.KeySize)));
    }
}
