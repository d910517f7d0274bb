using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using LegacyApp;
using MfaGateway;
using MfaGateway.Core.Accounts;

// The legacy app, as it is: it listens on loopback, where only the gateway reaches it.
await using var legacyApp = TimeSheets.Build("http://127.0.0.1:0");
await legacyApp.StartAsync();

// The real gateway in front of it, with a store of its own that is thrown away at the end.
var directory = Directory.CreateTempSubdirectory("mfagateway-quickstart-");
try
{
    var configuration = new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "quickstart.json"), optional: false)
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = $"http://127.0.0.1:{FreePort(preferred: 5080)}",
            ["MfaGateway:DataDirectory"] = directory.FullName,
            ["ReverseProxy:Clusters:time-sheets:Destinations:one:Address"] = legacyApp.Urls.First(),
        })
        .AddCommandLine(args)
        .Build();
    var builder = GatewayConfiguration.CreateBuilder(configuration, AppContext.BaseDirectory, Environments.Production);

    await using var gateway = await GatewayHost.BuildAsync(builder, CancellationToken.None);
    var password = FreshPassword();
    var added = await gateway.Services.GetRequiredService<AccountService>().AddAsync(
        new NewAccount("demo", "demo@example.org", "Demo User", ["staff"], password), Actor.Command, CancellationToken.None);
    if (added is not AccountAddition.Added)
        throw new InvalidOperationException($"The demo user was not added: {added}");
    await gateway.StartAsync();

    Console.WriteLine($"""

        Open: {gateway.Urls.First()}/
        User: demo
        Password: {password}

        Mail to the demo user is dropped as .eml files in {Path.Combine(directory.FullName, "mail")}
        You will be asked to add an authenticator app. Ctrl+C ends it all and leaves nothing behind.
        """);
    await gateway.WaitForShutdownAsync();
}
finally
{
    directory.Delete(recursive: true);
}

static string FreshPassword() => string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 4)));

static int FreePort(int preferred)
{
    foreach (var port in new[] { preferred, 0 })
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            // Taken: any free one will do.
        }
    }

    return preferred;
}
