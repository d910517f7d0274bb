namespace MfaGateway.Api;

/// <summary>Marks an endpoint of the JSON API: whoever asks there never gets a page or a redirect.</summary>
public sealed class ApiEndpoint
{
    public static readonly ApiEndpoint Instance = new();

    private ApiEndpoint()
    {
    }
}
