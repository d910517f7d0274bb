using System.Xml.Linq;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage;
using MfaGateway.Storage;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Secrets;

/// <summary>No password, code, secret, token or cookie ever reaches a log or the audit, at any level, or the files of the store as it is.</summary>
public sealed class NoSecretIsWrittenTests
{
    public static TheoryData<string> Journeys => [.. WatchedJourneys.All.Keys, .. WatchedMail.All.Keys];

    [Theory]
    [MemberData(nameof(Journeys))]
    public async Task Nothing_is_written_of_the_secrets_when(string journey)
    {
        using var logs = new CapturedLogs();
        var watch = new SecretWatch();
        string audit;
        IReadOnlyList<string> kept;
        await using (var gateway = await GatewayUnderTest.StartAsync(setup => Configure(setup, logs, watch, journey)))
        {
            using var walk = new Walk(gateway, watch) { IsAtOrigin = WatchedMail.All.ContainsKey(journey) };
            await AddKeysAsync(gateway, watch);
            await (WatchedMail.All.GetValueOrDefault(journey) ?? WatchedJourneys.All[journey])(walk);
            audit = journey.StartsWith("the store is lost", StringComparison.Ordinal) ? string.Empty : await ReadAuditAsync(gateway);
            kept = [.. StoreFiles(gateway).SelectMany(file => SecretSearch.Find(OursOf(watch), ReadShared(file)).Select(find => $"{file.Name}: {find}"))];
        }

        AssertTalkative(logs);
        Assert.Contains(watch.All, secret => secret.Kind != "key");
        AssertNone(watch, string.Join('\n', logs.Lines));
        AssertNone(watch, audit);
        Assert.True(kept.Count == 0, string.Join("\n\n", kept.Take(5)));
    }

    private static void Configure(GatewaySetup setup, CapturedLogs logs, SecretWatch watch, string journey)
    {
        setup.Logs = logs;
        setup.Watch = watch;

        setup
            .With("MfaGateway:Totp:Digits", "8")
            .With("MfaGateway:Policies:fresh:MaxAge", "00:01:00")
            .Route("bank", "/bank/{**rest}", "fresh")
            .Route("app", "/{**path}", null);
        if (WatchedMail.All.ContainsKey(journey))
            WatchedMail.Configure(setup);
    }

    private static void AssertNone(SecretWatch watch, string written)
    {
        var found = SecretSearch.Find(watch.All, written);
        Assert.True(found.Count == 0, string.Join("\n\n", found.Take(5)));
    }

    // A gateway that logged nothing would pass. What the framework writes as traces, routing does, which is held back.
    private static void AssertTalkative(CapturedLogs logs)
    {
        foreach (var expected in new[]
        {
            "Debug ", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Mvc", "Microsoft.AspNetCore.DataProtection",
        })
        {
            Assert.Contains(logs.Lines, line => line.Contains(expected, StringComparison.Ordinal));
        }
    }

    /// <summary>Whoever reads a copy of the store has these; the keys and the mail that waits to be picked up are apart.</summary>
    private static IEnumerable<FileInfo> StoreFiles(GatewayUnderTest gateway) =>
        new DirectoryInfo(gateway.Get<DataDirectory>().Root).EnumerateFiles().Where(file => file.Length > 0 && !file.Name.EndsWith("-shm", StringComparison.Ordinal));

    // Where somebody wants to go in an app waits in the flow, whatever the app has put into its address.
    private static List<WatchedSecret> OursOf(SecretWatch watch)
    {
        var apps = watch.All.Where(secret => secret.Kind == "of the app").Select(secret => secret.Value).ToHashSet(StringComparer.Ordinal);
        return [.. watch.All.Where(secret => !apps.Contains(secret.Value))];
    }

    private static byte[] ReadShared(FileInfo file)
    {
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static async Task<string> ReadAuditAsync(GatewayUnderTest gateway)
    {
        var entries = await gateway.Get<AuditStore>().ListAsync(before: null, 10_000, CancellationToken.None);
        return string.Join('\n', entries);
    }

    /// <summary>What the gateway itself keeps: whoever reads it in a log needs no password.</summary>
    private static async Task AddKeysAsync(GatewayUnderTest gateway, SecretWatch watch)
    {
        var secrets = gateway.Get<ISecretProtector>();
        foreach (var file in gateway.Get<DataDirectory>().Keys.EnumerateFiles("key-*.xml"))
            watch.Add("key", XDocument.Load(file.FullName).Descendants("value").Single().Value);
        foreach (var row in await gateway.Get<SigningKeyStore>().ListAsync(CancellationToken.None))
            watch.Add("key", Convert.ToBase64String(secrets.Unprotect($"signing-key:{row.Kid}", row.ProtectedPkcs8)));
        var codes = await gateway.Get<ApplicationSecrets>().GetNewestAsync("app", gateway.Time.GetUtcNow(), CancellationToken.None);
        watch.Add("key", Convert.ToBase64String(codes.AsSpan()));
        var auditKey = await gateway.Get<StoreLifecycle>().FindFactAsync("audit-key", CancellationToken.None);
        watch.Add("key", Convert.ToBase64String(secrets.Unprotect("audit-key", auditKey!).AsSpan(0, AuditChain.KeySize)));
    }
}
