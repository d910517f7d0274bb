using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Xunit;

namespace MfaGateway.TestKit.Mail;

/// <summary>
/// A mail server that nobody here wrote (aiosmtpd), in a process of its own: STARTTLS or TLS from the start, AUTH, and bad manners where
/// a test wants them.
/// </summary>
public sealed class MailServer : IAsyncDisposable
{
    /// <summary>Who may sign in.</summary>
    public const string User = "gateway";

    public const string Password = "four plain words here";

    /// <summary>What XOAUTH2 takes in its place.</summary>
    public const string Token = "ya29.a0ExampleOfAnAccessToken-_~+/==";

    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Mail", "mail-server.py");

    private readonly Process _process;
    private readonly DirectoryInfo _directory;
    private readonly Channel<JsonElement> _events = Channel.CreateUnbounded<JsonElement>();
    private readonly List<string> _seen = [];
    private readonly List<ReceivedMail> _mails = [];
    private readonly List<string> _recipients = [];
    private readonly Lock _gate = new();
    private readonly Task _reading;

    private MailServer(Process process, DirectoryInfo directory)
    {
        _process = process;
        _directory = directory;
        _reading = ReadAsync();
    }

    public int Port { get; private set; }

    /// <summary>The authority that its certificate is of, in PEM form: for <c>SSL_CERT_FILE</c>.</summary>
    public string TrustFile => Path.Combine(_directory.FullName, "authority.pem");


    /// <summary>All that it has taken and kept by now, in order.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> MailsAsync()
    {
        await SettleAsync();
        lock (_gate)
            return [.. _mails];
    }

    /// <summary>To whom those were to go, by the envelope: what stands in their headers decides nothing.</summary>
    public async Task<IReadOnlyList<string>> RecipientsAsync()
    {
        await SettleAsync();
        lock (_gate)
            return [.. _recipients];
    }

    /// <summary>All that it has told of by now, a line each, in order.</summary>
    public async Task<IReadOnlyList<string>> SeenAsync()
    {
        await SettleAsync();
        lock (_gate)
            return [.. _seen];
    }

    /// <summary>Starts and waits until it listens on loopback.</summary>
    /// <param name="security">As the option of the gateway, or <c>Tls</c>.</param>
    /// <param name="name">What its certificate is good for.</param>
    /// <param name="wantsSignIn">Whether it takes mails only of <see cref="User"/>.</param>
    /// <param name="port">0 for a free one.</param>
    /// <param name="mechanisms">Of AUTH: LOGIN, PLAIN and XOAUTH2; null for the first two.</param>
    public static async Task<MailServer> StartAsync(
        string security = "None", string name = "localhost", bool wantsSignIn = true, int port = 0, string[]? mechanisms = null)
    {
        Require();
        var directory = Directory.CreateTempSubdirectory("mail-server-");
        TestAuthority.Write(directory.FullName, name);
        var settings = JsonSerializer.Serialize(new
        {
            security,
            port,
            user = wantsSignIn ? User : null,
            password = Password,
            token = Token,
            mechanisms = mechanisms ?? ["LOGIN", "PLAIN"],
            certificate = Path.Combine(directory.FullName, "server.pem"),
            key = Path.Combine(directory.FullName, "server.key"),
        });
        var process = Process.Start(new ProcessStartInfo(Python, ["-W", "ignore", Script, settings])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var server = new MailServer(process, directory);
        server.Port = (await server.NextAsync("listening")).GetProperty("port").GetInt32();
        return server;
    }

    /// <summary>Changes how it behaves; what is not named is as it should be. In force when this returns.</summary>
    /// <param name="manners">See <c>mail-server.py</c>: <c>silent</c>, <c>mail</c>, <c>refuse</c>, <c>drop</c>, <c>data</c>.</param>
    public async Task BehaveAsync(object manners)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(manners));
        await _process.StandardInput.FlushAsync();
        await NextAsync("manners");
    }

    /// <summary>Waits for something of that name to happen, passing over whatever else has happened before it.</summary>
    public async Task<JsonElement> NextAsync(string happening)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                var next = await _events.Reader.ReadAsync(patience.Token);
                if (next.GetProperty("event").GetString() == happening)
                    return next;
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or ChannelClosedException)
        {
            lock (_gate)
                throw new TimeoutException($"The mail server did not tell of \"{happening}\", but of: {string.Join('\n', _seen)}", fault);
        }
    }

    /// <summary>Waits for the next mail that it keeps.</summary>
    public async Task<ReceivedMail> NextMailAsync()
    {
        var mail = await NextAsync("mail");
        return ReceivedMail.Read(mail.GetProperty("source").GetBytesFromBase64());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    // What it tells comes in order: once it has answered, all that happened before is read.
    private async Task SettleAsync()
    {
        await _process.StandardInput.WriteLineAsync("null");
        await _process.StandardInput.FlushAsync();
        await NextAsync("settled");
    }

    private static void Require()
    {
        if (File.Exists("/usr/lib/python3/dist-packages/aiosmtpd/smtp.py"))
            return;
        Assert.False(Environment.GetEnvironmentVariable("MFAGATEWAY_REQUIRE_ALL") == "1", "aiosmtpd is not installed (python3-aiosmtpd).");
        Assert.Skip("aiosmtpd is not installed (python3-aiosmtpd).");
    }

    private async Task ReadAsync()
    {
        var errors = _process.StandardError.ReadToEndAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var told = JsonDocument.Parse(line).RootElement;
            lock (_gate)
            {
                _seen.Add(line.Length < 200 ? line : line[..200]);
                if (told.GetProperty("event").GetString() == "mail")
                {
                    _mails.Add(ReceivedMail.Read(told.GetProperty("source").GetBytesFromBase64()));
                    _recipients.AddRange(told.GetProperty("recipients").EnumerateArray().Select(one => one.GetString()!));
                }
            }

            _events.Writer.TryWrite(told);
        }

        var words = await errors;
        lock (_gate)
            _seen.Add(words);
        _events.Writer.TryComplete();
    }
}
