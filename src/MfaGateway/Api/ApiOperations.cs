using System.Globalization;
using MfaGateway.Access;
using MfaGateway.Hardening;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MfaGateway.Api;

/// <summary>What the OpenAPI document says of each operation: what it takes, what it wants, and every way in which it refuses.</summary>
internal static class ApiOperations
{
    public static async Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var isChange = context.Description.HttpMethod != HttpMethods.Get;
        if (isChange)
            (operation.Parameters ??= []).Add(ForgeryHeader());
        if (metadata.OfType<BodyType>().FirstOrDefault() is { } body)
            operation.RequestBody = await BodyOfAsync(body, context, cancellationToken);

        var policies = metadata.OfType<IAuthorizeData>().Select(data => data.Policy!).Distinct(StringComparer.Ordinal).ToList();
        if (policies.Count > 0)
            operation.AddExtension("x-access-policy", new JsonNodeExtension(policies[^1]));

        var problem = await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancellationToken);
        context.Document!.AddComponent("Problem", problem);
        foreach (var group in ProblemsOf(metadata, isChange, policies.Count > 0).GroupBy(one => one.Status).OrderBy(group => group.Key))
            (operation.Responses ??= [])[group.Key.ToString(CultureInfo.InvariantCulture)] = ResponseOf(group, context.Document);
    }

    private static IEnumerable<Problem> ProblemsOf(IList<object> metadata, bool isChange, bool wantsPolicy) =>
    [
        .. metadata.OfType<EndpointProblems>().SelectMany(one => one.Problems),
        .. isChange ? ApiProblems.OfEveryChange : [],
        .. wantsPolicy ? ApiProblems.OfEveryPolicy : [],
        .. ApiProblems.OfEverything,
    ];

    private static OpenApiResponse ResponseOf(IEnumerable<Problem> problems, OpenApiDocument document) => new()
    {
        Description = string.Join(", ", problems.Select(problem => $"`{problem.Name}`").Distinct(StringComparer.Ordinal)),
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference("Problem", document) },
        },
    };

    private static OpenApiParameter ForgeryHeader() => new()
    {
        Name = ApiForgery.Header,
        In = ParameterLocation.Header,
        Required = true,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [ApiForgery.Value] },
    };

    private static async Task<OpenApiRequestBody> BodyOfAsync(
        BodyType body, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var name = body.Type.Name;
        context.Document!.AddComponent(name, await context.GetOrCreateSchemaAsync(body.Type, null, cancellationToken));
        return new()
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [BodyReader.MediaType] = new() { Schema = new OpenApiSchemaReference(name, context.Document) },
            },
        };
    }
}
