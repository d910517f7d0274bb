using MfaGateway.Challenges;
using MfaGateway.Configuration;
using MfaGateway.Core.Access;
using MfaGateway.Hardening;
using MfaGateway.Pages.Account;
using MfaGateway.Pages.Admin;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MfaGateway.Pages;

/// <summary>The gateway's own pages, all under <see cref="GatewayOptions.PathPrefix"/>.</summary>
public static class GatewayPages
{
    /// <summary>Before every route of the operator's, whatever order it has: what is under the prefix is never proxied.</summary>
    public const int EndpointOrder = int.MinValue;

    public static IServiceCollection AddGatewayPages(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton<PageLinks>();
        services.AddSingleton<SiteNames>();
        services.AddSingleton<Assets>();
        services.AddSingleton<StatusView>();
        services.AddSingleton<SignOutPlaces>();
        services.AddSingleton<RepeatedAnswers>();
        services.AddSingleton<RepostView>();
        services.AddScoped<ChallengeWalk>();
        services.AddScoped<ChallengeStart>();
        services.AddScoped<SignOuts>();
        services.AddScoped<CodeWalk>();
        services.AddScoped<AdminVisit>();
        services.AddScoped<AccountVisit>();

        services.AddRazorPages(pages =>
            {
                pages.Conventions.AddFolderRouteModelConvention("/", route => Move(route, options.PathPrefix));
                Open(pages.Conventions);
                // RequestForgery does this check, and shows the form again.
                pages.Conventions.ConfigureFilter(new IgnoreAntiforgeryTokenAttribute());
                pages.Conventions.ConfigureFilter(new HttpsOnly());
                pages.Conventions.ConfigureFilter(new DocumentsOnly());
                pages.Conventions.ConfigureFilter(new FormLimits());
                pages.Conventions.ConfigureFilter(new UnavailableForms());
                pages.Conventions.ConfigureFilter(new RequestForgery());
            })
            .ConfigureApplicationPartManager(AddThisAssembly);
        // They read "name[]" as "name": a field would have two spellings.
        services.Configure<MvcOptions>(mvc =>
        {
            mvc.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
            mvc.ValueProviderFactories.RemoveType<JQueryQueryStringValueProviderFactory>();
        });
        services.Configure<RazorPagesOptions>(pages => pages.RootDirectory = "/Pages");
        services.Replace(ServiceDescriptor.Singleton<IAntiforgery, SchemeAntiforgery>());
        return services;
    }

    public static void MapGatewayPages(this IEndpointRouteBuilder endpoints, GatewayOptions options)
    {
        endpoints.MapRazorPages().WithOrder(EndpointOrder);
        endpoints.ServiceProvider.GetRequiredService<Assets>().Map(endpoints);
        endpoints.MapChangePassword(options);
        endpoints.Map(options.PathPrefix + "/{**rest}", NotFound).AllowAnonymous().WithOrder(EndpointOrder);
    }

    /// <summary>
    /// Which pages are open to everybody; each knows by its flow, its token or its nature whom it serves. A page that
    /// stands neither here nor under a policy is denied by the fallback policy.
    /// </summary>
    private static void Open(PageConventionCollection pages)
    {
        foreach (var page in new[] { "/SignIn", "/SignOut", "/SignedOut", "/Setup", "/ResetPassword/Index", "/ResetPassword/Set", "/AskAdministrator", "/SignInCode", "/Link", "/Continue" })
            pages.AllowAnonymousToPage(page);
        pages.AllowAnonymousToFolder("/Challenge");
        pages.AllowAnonymousToFolder("/Enroll");
        pages.AuthorizeFolder("/Admin", AccessPolicy.AdministrationName);
        pages.AuthorizeFolder("/Account", AccessPolicy.OneFactor.Name);
        foreach (var page in new[]
            { "Authenticators/Add", "Authenticators/Rename", "Authenticators/Remove", "RecoveryCodes/Regenerate", "Password", "SignInMethods" })
            pages.AuthorizePage("/Account/" + page, AccessPolicy.AccountChangeName);
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static void Move(PageRouteModel page, string prefix)
    {
        foreach (var selector in page.Selectors)
        {
            var route = selector.AttributeRouteModel!;
            route.Template = AttributeRouteModel.CombineTemplates(prefix.TrimStart('/'), route.Template);
        }
    }

    // The program that is started may be another one (a sample, a test): its parts are then what the framework finds.
    private static void AddThisAssembly(Microsoft.AspNetCore.Mvc.ApplicationParts.ApplicationPartManager parts)
    {
        var assembly = typeof(GatewayPages).Assembly;
        if (parts.ApplicationParts.Any(part => part.Name == assembly.GetName().Name))
            return;

        var factory = Microsoft.AspNetCore.Mvc.ApplicationParts.ApplicationPartFactory.GetApplicationPartFactory(assembly);
        foreach (var part in factory.GetApplicationParts(assembly))
            parts.ApplicationParts.Add(part);
    }
}
