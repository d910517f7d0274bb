using MfaGateway.Configuration;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage;
using MfaGateway.Storage;
using MfaGateway.TestKit.Mail;
using MfaGateway.TestKit.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace MfaGateway.TestKit;

/// <summary>
/// The whole product in this process: real Kestrel in front, a real app behind, a real store. Only the clock is the
/// test's. What is configured is configured by the keys that operators use.
/// </summary>
public sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _dataDirectory;
    private SecretWatch? _watch;
    private PostgreSqlStoreFixture? _schema;

    private GatewayUnderTest(WebApplication app, RecordingUpstream upstream, ManualTimeProvider time, string dataDirectory)
    {
        _app = app;
        _dataDirectory = dataDirectory;
        Upstream = upstream;
        Time = time;
        Mail = new MailDrop(Get<GatewayStore>().Directory.Mail);
    }

    public RecordingUpstream Upstream { get; }

    public ManualTimeProvider Time { get; }

    /// <summary>What it has sent.</summary>
    public MailDrop Mail { get; }

    /// <summary>Where the gateway listens.</summary>
    public Uri Address => new(_app.Urls.First());

    public IServiceProvider Services => _app.Services;

    /// <summary>A gateway with one route to everything that names no policy, unless <paramref name="configure"/> says otherwise.</summary>
    public static async Task<GatewayUnderTest> StartAsync(Action<GatewaySetup>? configure = null)
    {
        var setup = new GatewaySetup();
        configure?.Invoke(setup);
        var schema = await UseStoreAsync(setup);
        var upstream = await RecordingUpstream.StartAsync();
        var dataDirectory = Directory.CreateTempSubdirectory("mfagateway-test-").FullName;
        try
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrel(kestrel => Listen(kestrel, setup));
            builder.Configuration.AddInMemoryCollection(SettingsOf(setup, upstream, dataDirectory));
            builder.Logging.ClearProviders();
            if (setup.Logs is { } logs)
                builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(setup.Time));
            var app = await GatewayHost.BuildAsync(builder, CancellationToken.None);
            await app.StartAsync();
            return new GatewayUnderTest(app, upstream, setup.Time, dataDirectory) { _watch = setup.Watch, _schema = schema };
        }
        catch
        {
            await upstream.DisposeAsync();
            Directory.Delete(dataDirectory, recursive: true);
            if (schema is not null)
                await schema.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new person's browser: no cookies, follows nothing by itself.</summary>
    public Browser NewBrowser() => new(Address) { Watch = _watch };

    /// <summary>Adds a person as an administrator would.</summary>
    public async Task<TestPerson> AddPersonAsync(string userName = "ada", params string[] groups)
    {
        var person = new TestPerson(this, userName);
        await person.AddAsync(groups);
        return person;
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Upstream.DisposeAsync();
        Directory.Delete(_dataDirectory, recursive: true);
        if (_schema is not null)
            await _schema.DisposeAsync();
    }

    private static async Task<PostgreSqlStoreFixture?> UseStoreAsync(GatewaySetup setup)
    {
        if (OnStoreAttribute.OfThisTest is not { } provider || !setup.Settings.TryAdd("MfaGateway:Store:Provider", provider.ToString()))
            return null;
        if (provider != StoreProvider.Postgres)
            return null;
        var schema = await PostgreSqlStoreFixture.AddAsync();
        setup.With("MfaGateway:Store:ConnectionString", schema.ConnectionString);
        return schema;
    }

    private static void Listen(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, GatewaySetup setup) =>
        kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (setup.Https)
                listen.UseHttps(TestCertificate.Instance);
        });

    private static Dictionary<string, string?> SettingsOf(GatewaySetup setup, RecordingUpstream upstream, string dataDirectory)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["MfaGateway:DataDirectory"] = dataDirectory,
            ["ReverseProxy:Clusters:app:Destinations:one:Address"] = upstream.Address.ToString(),
        };
        var routes = setup.Routes.Count > 0 ? setup.Routes : [("app", "/{**path}", null)];
        foreach (var (id, path, policy) in routes)
        {
            settings[$"ReverseProxy:Routes:{id}:ClusterId"] = "app";
            settings[$"ReverseProxy:Routes:{id}:Match:Path"] = path;
            if (policy is not null)
                settings[$"ReverseProxy:Routes:{id}:AuthorizationPolicy"] = policy;
        }

        foreach (var (key, value) in setup.Settings)
            settings[key] = value;
        // What is set to null is left out: a null in a settings file is a value that some keys refuse.
        return settings.Where(setting => setting.Value is not null).ToDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
