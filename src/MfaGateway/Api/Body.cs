using System.Reflection;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace MfaGateway.Api;

/// <summary>What was sent to an endpoint, read and checked by <see cref="ApiGuard"/> before the endpoint is asked.</summary>
/// <remarks>
/// The framework would read it by itself, but puts what it stumbled over into its log, chooses by content type which endpoint
/// is meant, and takes members that nobody knows.
/// </remarks>
public sealed class Body<T> : IBindableFromHttpContext<Body<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    private Body(T value) => Value = value;

    public T Value { get; }

    static ValueTask<Body<T>?> IBindableFromHttpContext<Body<T>>.BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(new Body<T>((T)context.Features.GetRequiredFeature<ReadBody>().Value));

    static void IEndpointParameterMetadataProvider.PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new BodyType(typeof(T)));
}

/// <summary>What an endpoint takes.</summary>
public sealed record BodyType(Type Type);

/// <summary>What was read of a request.</summary>
public sealed record ReadBody(object Value)
{
    public override string ToString() => nameof(ReadBody);
}

/// <summary>For endpoints that need to be told nothing: no body, or <c>{}</c>.</summary>
public sealed record Nothing;
