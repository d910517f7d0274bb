using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql;
using MfaGateway.Storage.Tests;
using MfaGateway.Storage.Tests.LiteDb;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The runner as xunit.v3 would generate it, and some modes more: processes for tests to kill.
if (args is [KillTests.WriterMode, var path])
{
    await using var store = new StoreServices(SqlStore.Sqlite(path));
    for (var number = 0; ; number++)
    {
        if (await store.Lifecycle.TryAddFactAsync(KillTests.NameOf(number), [1], CancellationToken.None))
            Console.WriteLine(number);
    }
}

if (args is [RecoveryCodeKillTests.SpenderMode, var codesPath])
    await RecoveryCodeKillTests.SpendAsync(codesPath);

if (args is [AuditProcessTests.AppenderMode, var auditPath, var key, var name])
    await AuditProcessTests.AppendAsync(auditPath, key, name);

if (args is [LiteDbKillTests.WriterMode, var killed])
    await LiteDbKillTests.SignInAsync(killed);

if (args is [LiteDbFigures.Mode, var directory])
{
    await LiteDbFigures.PrintAsync(directory);
    return 0;
}

if (args is [StoreFigures.Mode, var engine, var place])
{
    await StoreFigures.PrintAsync(engine, place);
    return 0;
}

return args.Contains("--server") || args.Contains("--internal-msbuild-node")
    ? await TestPlatformTestFramework.RunAsync(args, MfaGateway.Storage.Tests.SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
