using System.Text.Json.Nodes;
using MfaGateway.Hardening;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MfaGateway.Api;

/// <summary>What the OpenAPI document says of types, beyond their shape.</summary>
internal static class ApiSchemas
{
    public static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        // Names may be added to a version, so it is no closed list: a client must understand the status of one that it does not know.
        if (context.JsonTypeInfo.Type == typeof(ProblemBody) && schema.Properties?["type"] is OpenApiSchema type)
            type.AddExtension("x-extensible-enum", new JsonNodeExtension(new JsonArray([.. ApiProblems.All.Select(problem => (JsonNode)(Problem.TypePrefix + problem.Name))])));

        // Where a member may be without one, it says so itself.
        if (context.JsonTypeInfo.Type == typeof(ApiStep) || context.JsonTypeInfo.Type == typeof(ApiStep?))
            (schema.Type, schema.Enum) = (JsonSchemaType.String, [.. schema.Enum?.Where(value => value is not null) ?? []]);
        return Task.CompletedTask;
    }
}
