using System.Net;
using MfaGateway.Access;
using MfaGateway.Api;
using MfaGateway.Auditing;
using MfaGateway.Challenges;
using MfaGateway.Commands.Remote;
using MfaGateway.Configuration;
using MfaGateway.Core.Access;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Mail;
using MfaGateway.Core.SelfService;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using MfaGateway.Core.Timekeeping;
using MfaGateway.Hardening;
using MfaGateway.Health;
using MfaGateway.Mail;
using MfaGateway.Mail.Templates;
using MfaGateway.OpenRequests;
using MfaGateway.Pages;
using MfaGateway.Proxying;
using MfaGateway.Sessions;
using MfaGateway.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway;

/// <summary>What the gateway is made of, feature by feature.</summary>
public static class GatewayServices
{
    /// <summary>What requests in flight have to end by themselves when the program is told to stop.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    public static void AddGateway(this WebApplicationBuilder builder, GatewayOptions options, AccessPolicies policies, GatewayStore store)
    {
        var services = builder.Services;
        builder.Logging.HoldRawRequests();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(policies);
        services.AddStore(store);
        services.AddChallenges(options);
        services.AddSelfService();
        services.AddSessions(options);
        services.AddMail(options, store.Directory, store.Stores.Transactions);
        services.AddAccess();
        services.AddGatewayPages(options);
        services.AddJsonApi();
        services.AddProxy(builder.Configuration, builder.Environment, options);
        services.Configure<KestrelServerOptions>(KestrelHardening.Apply);
        builder.AddHealth();
        services.AddSingleton<CommandHost>();
        services.AddHostedService<CommandService>();
        services.AddHostedService<StoreSweep>();
        services.AddHostedService<AuditKeeping>();

        // Open streams would hold up a stop for as long as they like.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestStop);
    }

    private static void AddStore(this IServiceCollection services, GatewayStore store)
    {
        // Made by the container, so that it is closed with it.
        services.AddSingleton(_ => store);
        services.AddSingleton(store.Stores.Transactions);
        services.AddSingleton(store.Stores.Lifecycle);
        services.AddSingleton(store.Stores.Accounts);
        services.AddSingleton(store.Stores.Directory);
        services.AddSingleton(store.Stores.Administration);
        services.AddSingleton(store.Stores.PasswordTokens);
        services.AddSingleton(store.Stores.Passwords);
        services.AddSingleton(store.Stores.Totp);
        services.AddSingleton(store.Stores.RecoveryCodes);
        services.AddSingleton(store.Stores.MagicCodes);
        services.AddSingleton(store.Stores.Applications);
        services.AddSingleton(store.Stores.EnrollmentCodes);
        services.AddSingleton(store.Stores.Attempts);
        services.AddSingleton(store.Stores.Flows);
        services.AddSingleton(store.Stores.Sessions);
        services.AddSingleton(store.Stores.KnownBrowsers);
        services.AddSingleton(store.Stores.Audit);
        services.AddSingleton(store.Stores.OwnChanges);
        services.AddSingleton(store.Stores.Clock);
        services.AddSingleton<ClockGuard>();
        services.AddSingleton(store.AuditChain);
        services.AddSingleton<AuditVerification>();
        services.AddSingleton(store.Stores.SigningKeys);
        services.AddSingleton(store.Stores.Mail);
        services.AddSingleton(store.Directory);
        services.AddSingleton(store.Secrets);
        services.AddSingleton<IDataProtectionProvider>(store.DataProtection);

        // The framework warms up a key ring of its own at start: it must be this one, not one in the user's home.
        services.AddDataProtection().PersistKeysToFileSystem(store.Directory.Keys).SetApplicationName(GatewayStore.ApplicationName);
    }

    private static void AddChallenges(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(options.Passwords);
        services.AddSingleton(options.Totp);
        services.AddSingleton(options.RecoveryCodes);
        services.AddSingleton(options.Attempts);
        services.AddSingleton(options.Challenge);
        services.AddSingleton<IPasswordHashing, PasswordHashing>();
        services.AddSingleton<PasswordVerifier>();
        services.AddSingleton<TotpSecrets>();
        services.AddSingleton<TotpVerifier>();
        services.AddSingleton<RecoveryCodeVerifier>();
        services.AddSingleton(options.MagicCode);
        services.AddSingleton<ApplicationSecrets>();
        services.AddSingleton<MagicCodes>();
        services.AddSingleton<ApplicationCodes>();
        services.AddSingleton<MagicCodeAdministration>();
        services.AddSingleton<CodeSending>();
        services.AddSingleton<CodeRegistration>();
        services.AddSingleton<CodeSignIn>();
        services.AddSingleton<AttemptLimits>();
        services.AddSingleton<KnownBrowsers>();
        services.AddSingleton<FactorGuard>();
        services.AddSingleton<AccountFactorsReader>();
        services.AddSingleton<GuessNotices>();
        services.AddSingleton<PendingAuthenticators>();
        services.AddSingleton<FlowKeeper>();
        services.AddSingleton<ChallengeService>();
        services.AddSingleton<EnrollmentService>();
        services.AddSingleton(AccountSites.Of(options));
        services.AddSingleton<AccountService>();
        services.AddSingleton(options.Admin);
        services.AddSingleton<AdministrationService>();
        services.AddSingleton<PasswordLinks>();
        services.AddSingleton<PasswordResets>();
        services.AddSingleton<AccountOverviewReader>();
        services.AddSingleton<SessionAdministration>();
        services.AddSingleton<AccountLists>();
        services.AddSingleton<AuditLog>();
    }

    private static void AddSelfService(this IServiceCollection services)
    {
        services.AddSingleton<FlowRecoveryCodes>();
        services.AddSingleton<OwnAuthenticators>();
        services.AddSingleton<OwnRecoveryCodes>();
        services.AddSingleton<OwnSignInMethods>();
        services.AddSingleton<OwnSessions>();
        services.AddSingleton<OwnBrowsers>();
        services.AddSingleton<OwnPassword>();
        services.AddSingleton<OwnActivity>();
    }

    private static void AddSessions(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(options.Session);
        services.AddSingleton<GatewayCookies>();
        services.AddSingleton<AppCookies>();
        services.AddSingleton<ChangeWatch>();
        services.AddSingleton<SessionCache>();
        services.AddSingleton<SessionReader>();
        services.AddSingleton<SessionEnding>();
        services.AddOpenRequests();

        // No default scheme (the framework makes one of an only scheme): who is signed in is asked where a policy demands it, and pages that need nobody stay anonymous.
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", true);
        services.AddAuthentication().Services.AddTransient<SessionAuthenticationHandler>();
        services.Configure<AuthenticationOptions>(authentication =>
            authentication.AddScheme<SessionAuthenticationHandler>(SessionAuthenticationHandler.SchemeName, displayName: null));
    }

    private static void AddMail(this IServiceCollection services, GatewayOptions options, DataDirectory directory, Transactions transactions)
    {
        services.AddSingleton<MailContents>();
        services.AddSingleton(_ =>
        {
            var signal = new MailSignal();
            transactions.MailKept += (_, _) => signal.Raise();
            return signal;
        });
        services.AddSingleton<Notices>();
        services.AddSingleton<Mails>();
        services.AddSingleton<MailTimes>();
        services.AddSingleton(MailTextsReader.Read(options.Mail).Texts ?? throw new InvalidOperationException("Mails have no texts."));
        services.AddSingleton(MailSite.Of(options));
        services.AddSingleton<MailWriter>();
        services.AddSingleton(provider => MailTransports.Of(
            options, directory, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SteadyTransport>>()));
        services.AddSingleton(provider => MailDelivery.LeaseOf(provider.GetRequiredService<IMailTransport>()));
        services.AddSingleton<MailAdministration>();
        services.AddHostedService<MailDelivery>();
    }

    private static void AddAccess(this IServiceCollection services)
    {
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationPolicyProvider, AccessPolicyProvider>();
        services.AddSingleton<AccessProblems>();
        services.AddSingleton<CrossSitePosts>();
        services.AddSingleton<AccessRequirementHandler>();
        services.AddSingleton<IPolicyEvaluator, AccessPolicyEvaluator>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessResultHandler>();
        services.AddSingleton<AccessAfterBody>();
        services.AddSingleton<ReturnUrlPolicy>();
        services.AddSingleton<ReturnUrlApplication>();
        services.AddHostedService<ApplicationCodesRefresh>();
    }

    private static void AddProxy(
        this IServiceCollection services, ConfigurationManager configuration, IHostEnvironment environment, GatewayOptions options)
    {
        // First of the transforms: what is signed in the end is the target that is really sent.
        services.AddPathHardening(HardeningOf(options));
        services.AddSingleton(provider => new ApplicationNames(
            options.Clusters,
            () => provider.GetRequiredService<Yarp.ReverseProxy.IProxyStateLookup>().GetClusters().Select(cluster => cluster.ClusterId)));
        services.AddHostedService<SessionConnectionReview>();
        services.AddRequestTimeouts();
        services.AddReverseProxy()
            .LoadFromConfig(configuration.GetSection("ReverseProxy"))
            .AddConfigFilter<RouteDefaults>()
            .AddIdentityHeaders(provider => new IdentityHeaderSettings
            {
                Issuer = options.PublicOrigin ?? "mfa-gateway",
                AssertionLifetime = TimeSpan.FromSeconds(options.Assertion.LifetimeSeconds),
                Clusters = options.Clusters,
                CookieNames = provider.GetRequiredService<GatewayCookies>().AllNames,
                RemovedHeaders = [.. options.RemovedHeaders],
                ContentRoot = environment.ContentRootPath,
            });
    }

    private static HardeningOptions HardeningOf(GatewayOptions options) => new()
    {
        PathPrefix = options.PathPrefix,
        MaxTargetLength = options.MaxTargetLength,
        PublicOrigin = options.PublicOrigin is { } origin ? new Uri(origin) : null,
        TrustedProxies = [.. options.TrustedProxies.Select(network => IPNetwork.Parse(network))],
    };
}
