using System.Globalization;
using System.Net;
using MfaGateway.Challenges;
using MfaGateway.Core.Throttling;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Fills the queue before the hashing of passwords from as many addresses as there are places, to keep all others out.</summary>
public sealed class HashQueueAttacks
{
    private const string Wrong = "the-Wrong-Teapot-17";
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_owner_in_a_known_browser_signs_in_while_the_queue_is_full_of_strangers(bool ofOneCustomer)
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var owner = gateway.NewBrowser();
        owner.ForwardedFor = "203.0.113.7";
        await ada.GivePasswordAsync(owner);
        owner.Cookies.Remove(owner.Cookies.Keys.Single(name => name.EndsWith("mfa_session", StringComparison.Ordinal)));
        var form = await owner.OpenAsync("/");
        await using var flood = await Flood.BeginAsync(gateway, ofOneCustomer ? OfOneCustomer : OfManyCustomers);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            using var tab = owner.Clone();
            return (await tab.SubmitAsync(form, ("username", "ada"), ("password", ada.Password))).Status;
        }));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer));
    }

    [Fact]
    public async Task A_newcomer_signs_in_while_the_queue_is_full_of_one_customers_networks()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var newcomer = gateway.NewBrowser();
        newcomer.ForwardedFor = "2001:db8:78::1";
        var form = await newcomer.OpenAsync("/");
        await using var flood = await Flood.BeginAsync(gateway, OfOneCustomer);

        var signedIn = await newcomer.SubmitAsync(form, ("username", "ada"), ("password", ada.Password));

        Assert.Equal(HttpStatusCode.SeeOther, signedIn.Status);
    }

    [Fact]
    public async Task Those_who_hang_up_while_they_wait_cost_no_one_else_a_hash_and_the_account_no_try()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var newcomer = gateway.NewBrowser();
        newcomer.ForwardedFor = "203.0.113.7";
        var form = await newcomer.OpenAsync("/");
        var stranger = await Stranger.OpenAsync(gateway);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var waiting = Enumerable.Range(1, 60).Select(number => stranger.SignInAsync(OfManyCustomers(number), "ada", hangUp.Token)).ToList();
        await Task.WhenAny(waiting);

        await hangUp.CancelAsync();
        await Task.WhenAll(waiting);
        // That they have hung up reaches the gateway on sixty connections, one after the other.
        await Eventually.IsAsync(async () => (await gateway.Get<AttemptStore>().FindLocksAsync(ada.AccountId, gateway.Time.GetUtcNow(), Cancellation)).Count == 0);
        var signedIn = await newcomer.SubmitAsync(form, ("username", "ada"), ("password", ada.Password));

        // Sixty were tried for an account that takes thirty wrong passwords, and few were compared.
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.Status);
        Assert.InRange(await Trail.CountAsync(gateway, "Password: wrong"), 1, 25);
    }

    [Fact]
    public async Task Hanging_up_gives_the_address_no_try_back()
    {
        const string address = "203.0.113.7";
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:Attempts:PerAddress:Count", "16"));
        var stranger = await Stranger.OpenAsync(gateway);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var waiting = Enumerable.Range(1, 16).Select(number => stranger.SignInAsync(address, NameOf(number), hangUp.Token)).ToList();
        await Task.WhenAny(waiting);

        await hangUp.CancelAsync();
        await Task.WhenAll(waiting);

        Assert.Equal(HttpStatusCode.TooManyRequests, await stranger.SignInAsync(address, "nobody", Cancellation));
    }

    private static string OfOneCustomer(int number) => string.Create(CultureInfo.InvariantCulture, $"2001:db8:77:{number:x}::1");

    private static string OfManyCustomers(int number) => string.Create(CultureInfo.InvariantCulture, $"10.{number / 256}.{number % 256}.9");

    private static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"nobody{number}");

    private static Task<GatewayUnderTest> StartAsync(Action<GatewaySetup>? more = null) => GatewayUnderTest.StartAsync(setup =>
    {
        setup.Route("app", "/{**path}", "one-factor")
            .With("MfaGateway:TrustedProxies:0", "127.0.0.0/8")
            .With("MfaGateway:Passwords:Passes", "40")
            .With("MfaGateway:Attempts:Password:Count", "30");
        more?.Invoke(setup);
    });

    /// <summary>Wrong passwords from many addresses, a next one for each that is answered.</summary>
    private sealed class Flood(Stranger stranger, Func<int, string> addressOf) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        private readonly TaskCompletionSource _isFull = new();
        private Task[] _senders = [];
        private int _sent;

        /// <summary>Returns when the first one was turned away.</summary>
        public static async Task<Flood> BeginAsync(GatewayUnderTest gateway, Func<int, string> addressOf)
        {
            var flood = new Flood(await Stranger.OpenAsync(gateway), addressOf);
            var places = PasswordHashing.MaxWaiting + Environment.ProcessorCount;
            flood._senders = [.. Enumerable.Range(0, places + 6).Select(_ => flood.SendAsync())];
            await flood._isFull.Task.WaitAsync(Cancellation);
            return flood;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_senders);
            _stop.Dispose();
        }

        private async Task SendAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                var number = Interlocked.Increment(ref _sent);
                if (await stranger.SignInAsync(addressOf(number), NameOf(number), _stop.Token) == HttpStatusCode.ServiceUnavailable)
                    _isFull.TrySetResult();
            }
        }
    }

    /// <summary>One form and its cookies, sent from wherever.</summary>
    private sealed record Stranger(Uri Form, IReadOnlyList<KeyValuePair<string, string>> Values, string Cookies)
    {
        public static async Task<Stranger> OpenAsync(GatewayUnderTest gateway)
        {
            using var browser = gateway.NewBrowser();
            browser.ForwardedFor = "198.51.100.1";
            var (action, values) = (await browser.OpenAsync("/")).Form(("username", string.Empty), ("password", Wrong));
            var cookies = string.Join("; ", browser.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
            return new(new Uri(gateway.Address, action), values, cookies);
        }

        /// <returns>Null where it hung up.</returns>
        public async Task<HttpStatusCode?> SignInAsync(string address, string userName, CancellationToken hangUp)
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
            using var request = new HttpRequestMessage(HttpMethod.Post, Form)
            {
                Content = new FormUrlEncodedContent(Values.Select(pair => pair.Key == "username" ? new(pair.Key, userName) : pair)),
            };
            request.Headers.Add("Cookie", Cookies);
            request.Headers.Add("X-Forwarded-For", address);
            request.Headers.Add("X-Forwarded-Proto", "https");
            try
            {
                using var response = await client.SendAsync(request, hangUp);
                return response.StatusCode;
            }
            catch (OperationCanceledException) when (hangUp.IsCancellationRequested)
            {
                return null;
            }
        }
    }
}
