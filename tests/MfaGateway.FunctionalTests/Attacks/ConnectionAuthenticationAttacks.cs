using System.Net;
using System.Net.Security;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>An app that takes a connection for a person (NTLM, Negotiate) must not take one person for another.</summary>
public sealed class ConnectionAuthenticationAttacks : IAsyncLifetime
{
    private readonly WindowsApp app = new();
    private readonly CapturedLogs logs = new();
    private GatewayUnderTest? gateway;

    public async ValueTask InitializeAsync() => gateway = await GatewayUnderTest.StartAsync(setup =>
    {
        setup.Https = true;
        setup.Logs = logs;
        setup.Route("shared", "/shared/{**path}", policy: null).Route("shared-pub", "/shared-pub/{**path}", "Anonymous")
            .Route("own", "/own/{**path}", policy: null).Route("own-pub", "/own-pub/{**path}", "Anonymous");
        foreach (var cluster in new[] { "shared", "own" })
        {
            setup.With($"ReverseProxy:Routes:{cluster}:ClusterId", cluster)
                .With($"ReverseProxy:Routes:{cluster}-pub:ClusterId", cluster)
                .With($"ReverseProxy:Clusters:{cluster}:Destinations:one:Address", app.Address.ToString());
        }

        setup.With("MfaGateway:Clusters:own:ConnectionAuthentication", "true").With("MfaGateway:Session:MostPerAccount", "100");
    });

    public async ValueTask DisposeAsync()
    {
        if (gateway is not null)
            await gateway.DisposeAsync();
        await app.DisposeAsync();
        logs.Dispose();
    }

    [Theory]
    [InlineData("NTLM hello", "1.1")]
    [InlineData("ntlm hello", "2.0")]
    [InlineData("Negotiate YII=", "1.1")]
    [InlineData("Negotiate\tYII=", "1.1")]
    [InlineData("Basic eA==, NTLM hello", "1.1")]
    [InlineData("Kerberos YII=", "2.0")]
    public async Task Credentials_for_a_connection_are_not_sent(string credentials, string version)
    {
        using var ada = await SignInAsync("ada");
        foreach (var path in new[] { "/shared/x", "/shared-pub/x" })
        {
            using var answer = await ada.SendAsync(path, credentials, version: version, adjust: request => request.Headers.TryAddWithoutValidation("Proxy-Authorization", "NTLM hello"));

            Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        }

        Assert.All(app.Heads, head => Assert.Empty(RawHttp.Values(head, "Authorization").Concat(RawHttp.Values(head, "Proxy-Authorization"))));
    }

    [Fact]
    public async Task Other_credentials_pass()
    {
        using var ada = await SignInAsync("ada");

        Assert.Equal("basic", await ada.ReadAsync("/shared/x", "Basic YTpi"));
        Assert.Equal("basic", await ada.ReadAsync("/own/x", "Basic YTpi"));
        Assert.Equal("basic", await ada.ReadAsync("/own-pub/x", "Basic YTpi"));
    }

    [Fact]
    public async Task An_app_that_offers_nothing_else_is_502_with_the_reason_and_what_to_set()
    {
        using var ada = await SignInAsync("ada");

        using var answer = await ada.SendAsync("/shared/x", adjust: request =>
        {
            request.Headers.Add("Accept", "text/html");
            request.Headers.Add("Sec-Fetch-Mode", "navigate");
            request.Headers.Add("Sec-Fetch-Dest", "document");
        });

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Empty(answer.Headers.WwwAuthenticate);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("<h1", page, StringComparison.Ordinal);
        Assert.Contains("ConnectionAuthentication", page, StringComparison.Ordinal);
        Assert.Contains(logs.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("MfaGateway:Clusters:shared:ConnectionAuthentication", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Basic realm=\"a, NTLM b\"", "WWW-Authenticate: Negotiate", "WWW-Authenticate: NTLM", "WWW-Authenticate: Basic realm=\"a, NTLM b\"")]
    [InlineData("Basic realm=\"x\"", "WWW-Authenticate: Negotiate, Basic realm=\"x\", NTLM")]
    [InlineData("Digest realm=\"x\", nonce=\"n,\\\"\"", "WWW-Authenticate: Negotiate abc==, Digest realm=\"x\", nonce=\"n,\\\"\", nTlM TlRM=")]
    public async Task Other_challenges_stay(string expected, params string[] challenges)
    {
        app.Challenges = challenges;
        using var ada = await SignInAsync("ada");

        using var answer = await ada.SendAsync("/shared/x");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal([expected], answer.Headers.NonValidated["WWW-Authenticate"]);
    }

    [Fact]
    public async Task A_challenge_beside_an_answer_is_taken_out_of_it()
    {
        app.Challenges = ["WWW-Authenticate: Basic realm=\"x\"", "Proxy-Authenticate: NTLM"];
        using var ada = await SignInAsync("ada");

        using var answer = await ada.SendAsync("/shared/x");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(answer.Headers.ProxyAuthenticate);
    }

    [Fact]
    public async Task A_hundred_people_at_once_never_mix()
    {
        // Each has a password to hash, of which no more than so many wait at once.
        var people = new List<Client>();
        foreach (var some in Enumerable.Range(0, 100).Chunk(20))
            people.AddRange(await Task.WhenAll(some.Select(number => SignInAsync($"p{number}"))));
        var strangers = Enumerable.Range(0, 20).Select(_ => new Client(gateway!.Address, cookie: null, "")).ToList();
        try
        {
            var visits = people.Select(VisitAsync).Concat(strangers.Select(VisitAsStrangerAsync)).ToList();
            await Task.WhenAll(visits);
        }
        finally
        {
            foreach (var client in people.Concat(strangers))
                client.Dispose();
        }

        static async Task VisitAsync(Client client)
        {
            await client.ShakeHandsAsync("/own/x");
            for (var round = 0; round < 5; round++)
            {
                Assert.Equal(client.Name, await client.ReadAsync("/own/x"));
                Assert.Equal(client.Name, await client.ReadAsync("/own-pub/x"));
            }

            // After a body nothing follows on the connection, so the app asks anew, and asks the right one.
            Assert.Equal(client.Name, await client.ReadAsync("/own/x", content: new StringContent("body")));
            Assert.Equal(HttpStatusCode.Unauthorized, await client.StatusAsync("/own/x"));
        }

        static async Task VisitAsStrangerAsync(Client client)
        {
            for (var round = 0; round < 8; round++)
            {
                Assert.Equal(HttpStatusCode.BadGateway, await client.StatusAsync("/own-pub/x"));
                Assert.Equal(HttpStatusCode.BadGateway, await client.StatusAsync("/own-pub/x", "NTLM hello"));
            }
        }
    }

    [Fact]
    public async Task Two_sessions_of_one_client_connection_do_not_mix()
    {
        using var ada = await SignInAsync("ada");
        await ada.ShakeHandsAsync("/own/x");
        var bobs = await SessionAsync("bob");

        // A server in front, or an attacker's client, sends the requests of many people on one connection.
        Assert.Equal(HttpStatusCode.Unauthorized, await ada.StatusAsync("/own/x", cookie: bobs));
        Assert.Equal(HttpStatusCode.BadGateway, await ada.StatusAsync("/own-pub/x", cookie: ""));
        Assert.Equal("ada", await ada.ReadAsync("/own/x"));
    }

    [Theory]
    [InlineData("signed out")]
    [InlineData("idle")]
    [InlineData("client gone")]
    public async Task The_connection_is_closed_with_its_session(string how)
    {
        var ada = await SignInAsync("ada");
        await ada.ShakeHandsAsync("/own/x");
        Assert.Equal(1, app.Open);

        if (how == "signed out")
            await gateway!.Get<SessionStore>().EndAllAsync(ada.AccountId, exceptId: null, TestContext.Current.CancellationToken);
        else if (how == "idle")
            gateway!.Time.Advance(TimeSpan.FromMinutes(31));
        else
            ada.Dispose();

        await Eventually.IsAsync(() => Task.FromResult(app.Open == 0));
        ada.Dispose();
    }

    [Fact]
    public async Task A_client_of_HTTP2_is_sent_to_HTTP1()
    {
        using var ada = await SignInAsync("ada");

        var reset = await Assert.ThrowsAsync<HttpRequestException>(() => ada.SendAsync("/own/x", version: "2.0"));
        Assert.Contains("HTTP_1_1_REQUIRED", reset.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadGateway, await ada.StatusAsync("/own-pub/x", version: "2.0", cookie: ""));
    }

    private async Task<Client> SignInAsync(string name) => new(gateway!.Address, await SessionAsync(name), name) { AccountId = accounts[name] };

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> accounts = new(StringComparer.Ordinal);

    private async Task<string> SessionAsync(string name)
    {
        var person = await gateway!.AddPersonAsync(name);
        accounts[name] = person.AccountId;
        var (now, token) = (gateway.Time.GetUtcNow(), SecretToken.New());
        var account = (await gateway.Get<AccountStore>().FindAsync(person.AccountId, CancellationToken.None))!;
        Assert.True(await gateway.Get<SessionStore>().TryStartAsync(
            new GatewaySession(
                Identifiers.New(), token.Hash, person.AccountId, [new(FactorKind.Password, now), new(FactorKind.Totp, now)],
                now, now, now.AddHours(12), "127.0.0.1", "test"),
            SessionOrigin.FirstAnswer(account.SignInEpoch), replaces: null, mostPerAccount: 100, CancellationToken.None));
        return $"__Host-mfa_session={token.Reveal()}";
    }

    /// <summary>A browser with one connection of its own.</summary>
    private sealed class Client(Uri address, string? cookie, string name) : IDisposable
    {
        private readonly HttpMessageInvoker invoker = new(new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            UseProxy = false,
            MaxConnectionsPerServer = 1,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = PassThroughGateway.IsTestCertificate },
        });

        public string Name => name;

        public string AccountId { get; init; } = "";

        public async Task ShakeHandsAsync(string path)
        {
            string challenge;
            using (var first = await SendAsync(path, "NTLM hello"))
                challenge = Assert.Single(first.Headers.NonValidated["WWW-Authenticate"]);
            Assert.Equal(name, await ReadAsync(path, $"NTLM {name} {challenge.Split(' ')[1]}"));
        }

        public async Task<string> ReadAsync(string path, string? credentials = null, HttpContent? content = null)
        {
            using var answer = await SendAsync(path, credentials, content: content);
            return await answer.Content.ReadAsStringAsync();
        }

        public async Task<HttpStatusCode> StatusAsync(
            string path, string? credentials = null, string version = "1.1", string? cookie = null)
        {
            using var answer = await SendAsync(path, credentials, version: version, otherCookie: cookie);
            await answer.Content.ReadAsStringAsync();
            return answer.StatusCode;
        }

        public Task<HttpResponseMessage> SendAsync(
            string path, string? credentials = null, Action<HttpRequestMessage>? adjust = null, HttpContent? content = null,
            string version = "1.1", string? otherCookie = null)
        {
            var request = new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Post, new Uri(address, path))
            {
                Version = Version.Parse(version),
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = content,
            };
            if ((otherCookie ?? cookie) is { Length: > 0 } sent)
                request.Headers.Add("Cookie", sent);
            if (credentials is not null)
                request.Headers.TryAddWithoutValidation("Authorization", credentials);
            adjust?.Invoke(request);
            return invoker.SendAsync(request, CancellationToken.None).WaitAsync(PassThroughGateway.Patience + PassThroughGateway.Patience, TimeProvider.System);
        }

        public void Dispose() => invoker.Dispose();
    }
}
