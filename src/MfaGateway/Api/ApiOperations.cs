using System.Globalization;
using Microsoft.AspNetCore.Authorization;
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
        if (context.Description.HttpMethod != HttpMethods.Get)
            (operation.Parameters ??= []).Add(ForgeryHeader());
        if (metadata.OfType<BodyType>().FirstOrDefault() is { } body)
            operation.RequestBody = await BodyOfAsync(body, context, cancellationToken);

        if (metadata.OfType<IAuthorizeData>().LastOrDefault() is { Policy: { } policy })
            operation.AddExtension("x-access-policy", new JsonNodeExtension(policy));

        foreach (var group in EndpointDescriptions.ProblemsOf(metadata).GroupBy(one => one.Status))
        {
            if (operation.Responses?[group.Key.ToString(CultureInfo.InvariantCulture)] is { } response)
                response.Description = string.Join(", ", group.Select(problem => $"`{problem.Name}`").Distinct(StringComparer.Ordinal));
        }
    }

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
