using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace MfaGateway.TestKit;

/// <summary>
/// What a browser with scripts off does: keeps cookies, shows a page, submits its form with everything the page put in
/// it. It follows no redirect unless told to, so that a test sees each hop.
/// </summary>
public sealed class Browser : IDisposable
{
    private readonly HttpClient _client;

    public Browser(Uri address)
    {
        Address = address;
        var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is not null && certificate.GetCertHashString() == TestCertificate.Instance.GetCertHashString();
        _client = new HttpClient(handler, disposeHandler: true) { BaseAddress = address };
    }

    public Uri Address { get; }

    /// <summary>The jar, by name. A test may copy, change or clear it, as a thief would.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>The <c>Host</c> header, where it is not the address.</summary>
    public string? Host { get; set; }

    /// <summary>
    /// The client's address as a proxy in front tells it, which has it by HTTPS; null where there is none. Believed where
    /// <c>MfaGateway:TrustedProxies</c> names loopback.
    /// </summary>
    public string? ForwardedFor { get; set; }

    /// <summary>The <c>Accept-Language</c> header; null sends none.</summary>
    public string? Languages { get; set; }

    /// <summary>Told of every secret that goes to or fro.</summary>
    public SecretWatch? Watch { get; init; }

    /// <summary>Another browser with the same cookies.</summary>
    public Browser Clone() => CloneTo(Address);

    /// <summary>Another browser with the same cookies, at another gateway.</summary>
    public Browser CloneTo(Uri address)
    {
        var clone = new Browser(address) { Host = Host, ForwardedFor = ForwardedFor, Languages = Languages, Watch = Watch };
        foreach (var (name, value) in Cookies)
            clone.Cookies[name] = value;
        return clone;
    }

    /// <summary>Goes to an address as by typing it or by a link.</summary>
    public Task<Visit> GetAsync(string url, Action<HttpRequestMessage>? adjust = null) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, url), adjust);

    /// <summary>Goes to an address and on, as long as it is redirected.</summary>
    public async Task<Visit> OpenAsync(string url) => await FollowAsync(await GetAsync(url));

    public async Task<Visit> FollowAsync(Visit visit)
    {
        for (var hops = 0; visit.Location is { } location; hops++)
        {
            if (hops == 10)
                throw new InvalidOperationException($"Ten redirects, and then to {location}.");
            visit = await GetAsync(location);
        }

        return visit;
    }

    /// <summary>Fills in and submits the page's form (the one that holds the first of the fields), hidden fields included.</summary>
    public Task<Visit> SubmitAsync(Visit page, params (string Name, string Value)[] fields)
    {
        var (action, values) = page.Form(fields);
        return PostAsync(action, values);
    }

    public Task<Visit> PostAsync(
        string url, IEnumerable<KeyValuePair<string, string>> fields, Action<HttpRequestMessage>? adjust = null) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(fields) }, adjust);

    public async Task<Visit> SendAsync(HttpRequestMessage request, Action<HttpRequestMessage>? adjust = null)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        request.Headers.Host = Host;
        if (Cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        if (Languages is not null)
            request.Headers.TryAddWithoutValidation("Accept-Language", Languages);
        if (ForwardedFor is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", ForwardedFor);
            request.Headers.Add("X-Forwarded-Proto", "https");
        }

        adjust?.Invoke(request);
        if (Watch is not null)
            await Watch.SeeAsync(request);

        using var response = await _client.SendAsync(request);
        KeepCookies(response);
        var location = response.Headers.Location?.OriginalString;
        var visit = new Visit(
            request.RequestUri!.IsAbsoluteUri ? request.RequestUri.PathAndQuery : request.RequestUri.OriginalString, response.StatusCode, location, response.Headers, response.Content.Headers,
            await response.Content.ReadAsStringAsync());
        Watch?.See(visit);
        return visit;
    }

    public void Dispose() => _client.Dispose();

    private void KeepCookies(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var lines))
            return;

        foreach (var line in lines)
        {
            var parts = line.Split(';', StringSplitOptions.TrimEntries);
            var (name, value) = (parts[0][..parts[0].IndexOf('=', StringComparison.Ordinal)], parts[0][(parts[0].IndexOf('=', StringComparison.Ordinal) + 1)..]);
            var expired = parts.Any(part => part.StartsWith("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase));
            if (expired)
                Cookies.Remove(name);
            else
                Cookies[name] = value;
        }
    }
}

/// <summary>What came back.</summary>
public sealed record Visit(
    string Url, HttpStatusCode Status, string? Location, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, string Body)
{
    public IHtmlDocument Page => new HtmlParser().ParseDocument(Body);

    /// <summary>The text of the element with that id, or null.</summary>
    public string? Text(string id) => Page.GetElementById(id)?.TextContent.Trim();

    public string? Header(string name) =>
        Headers.TryGetValues(name, out var values) || ContentHeaders.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    /// <summary>Where the form posts to and everything it posts, with the given fields filled in.</summary>
    public (string Action, List<KeyValuePair<string, string>> Values) Form(params (string Name, string Value)[] fields)
    {
        var page = Page;
        var form = page.Forms.FirstOrDefault(candidate =>
            fields.Length == 0 ? candidate.Method == "post" : candidate.QuerySelector($"[name='{fields[0].Name}']") is not null)
            ?? throw new InvalidOperationException($"No form with a field {fields.FirstOrDefault().Name} at {Url} ({(int)Status}):\n{Body}");

        var values = form.QuerySelectorAll("input[type='hidden']").OfType<IHtmlInputElement>()
            .Select(input => new KeyValuePair<string, string>(input.Name ?? string.Empty, input.Value))
            .Where(pair => !fields.Any(field => field.Name == pair.Key))
            .Concat(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)))
            .ToList();
        var action = form.GetAttribute("action");
        return (string.IsNullOrEmpty(action) ? Url : action, values);
    }
}
