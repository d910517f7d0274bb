using MfaGateway.Configuration;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MfaGateway.Api;

/// <summary>The API's own description, made from its endpoints: what is not mapped can't be promised.</summary>
public static class ApiDocument
{
    public const string Name = "v1";

    private const string Description =
        "Sign-in with two factors for programs of this site: the same flows, limits, cookies and audit as the gateway's pages.\n\n"
        + "Everything but GET needs the header `Mfa-Csrf: 1`, comes from this origin, and is JSON of at most 16 KiB.\n\n"
        + "Every failure is a problem (RFC 9457); its `type` stays. Each answer of a flow says in `next` what is asked.";

    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, document =>
    {
        document.ShouldInclude = endpoint => endpoint.ActionDescriptor.EndpointMetadata.Any(metadata => metadata is ApiEndpoint);
        document.AddDocumentTransformer(DescribeAsync);
        document.AddOperationTransformer(ApiOperations.DescribeAsync);
        document.AddSchemaTransformer(ApiSchemas.DescribeAsync);
        document.CreateSchemaReferenceId = type => type.Type == typeof(Hardening.ProblemBody)
            ? "Problem"
            : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
    });

    public static void MapApiDocument(this RouteGroupBuilder api) =>
        api.MapGet("/openapi.json", (HttpContext context, ServedApiDocument document) => document.SendAsync(context))
            .AllowAnonymous()
            .ExcludeFromDescription();

    private static Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var root = context.ApplicationServices.GetRequiredService<GatewayOptions>().PathPrefix + JsonApi.Path;
        document.Info = new OpenApiInfo { Title = "MfaGateway", Version = Name, Description = Description };
        document.Servers = [new OpenApiServer { Url = root }];

        // What a program adds to the server's address, whatever prefix the operator has chosen.
        var paths = new OpenApiPaths();
        foreach (var (path, item) in document.Paths.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            paths[path[root.Length..]] = item;
        document.Paths = paths;
        OpenAnswers(document);
        return Task.CompletedTask;
    }

    // What is sent is held to what is written here; what is answered may get more members in this version.
    private static void OpenAnswers(OpenApiDocument document)
    {
        var sent = document.Paths.Values.SelectMany(path => path.Operations ?? []).Select(operation => operation.Value.RequestBody)
            .SelectMany(body => body?.Content ?? new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal))
            .Select(content => ((OpenApiSchemaReference)content.Value.Schema!).Reference.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal))
        {
            if (!sent.Contains(name) && schema is OpenApiSchema answered)
                answered.AdditionalPropertiesAllowed = true;
        }
    }
}
