using System.Net.Sockets;
using System.Threading.Channels;
using MfaGateway.Core.Storage;
using MfaGateway.Storage;

namespace MfaGateway.Commands.Remote;

/// <summary>
/// Carries out commands that other processes send over the socket in the data directory: the same code that they would run themselves, on the
/// store that this process has open, and that it alone may have open on some engines.
/// </summary>
internal sealed class CommandService(CommandHost host, ILogger<CommandService> logger) : IHostedService, IDisposable
{
    private const int MostAtOnce = 8;

    // What led the command here.
    private static readonly string[] FoundIt = ["MfaGateway:DataDirectory", "contentRoot", "environment", "urls"];

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestGreeting = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _places = new(MostAtOnce);
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    /// <exception cref="StoreRefusedException">The socket can't be made, and commands have no other way.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _listener = CommandSocket.Listen(host.Store.Directory.CommandSocket);
            _accepting = AcceptAsync(_listener);
        }
        catch (StoreRefusedException fault) when (!StoreEngine.Of(host.Options.Store).IsExclusive)
        {
            Log.NoSocket(logger, fault.Message);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _accepting;
        Leave();
        try
        {
            for (var place = 0; place < MostAtOnce; place++)
                await _places.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What is not over by then is cut off, as requests are.
        }
    }

    public void Dispose()
    {
        // Where another part does not start, this one is not stopped first.
        _stopping.Cancel();
        Leave();
        _stopping.Dispose();
        _places.Dispose();
    }

    private void Leave()
    {
        if (Interlocked.Exchange(ref _listener, null) is not { } listener)
            return;
        listener.Dispose();
        File.Delete(host.Store.Directory.CommandSocket);
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(_stopping.Token);
                if (await AcceptOneAsync(listener) is { } peer)
                    _ = Task.Run(() => ServeAsync(peer), CancellationToken.None);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException && _stopping.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    /// <summary>Null where the system gave none, as where this process has too many files open; it may the next time.</summary>
    private async Task<Socket?> AcceptOneAsync(Socket listener)
    {
        try
        {
            return await listener.AcceptAsync(_stopping.Token);
        }
        catch (SocketException fault) when (!_stopping.IsCancellationRequested)
        {
            _places.Release();
            Log.NothingAccepted(logger, fault);
            await Task.Delay(PauseAfterFault, host.Time, _stopping.Token);
            return null;
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    private async Task ServeAsync(Socket peer)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        try
        {
            using var channel = new CommandChannel(peer);
            if (!CommandSocket.IsOfOwner(peer))
            {
                Log.CommandRefused(logger);
                return;
            }

            await ServeAsync(channel, ending);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or OperationCanceledException or ChannelClosedException)
        {
            // The other side has gone, or the gateway stops.
        }
        catch (Exception fault)
        {
            Log.CommandFailed(logger, fault);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task ServeAsync(CommandChannel channel, CancellationTokenSource ending)
    {
        using var greeting = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        greeting.CancelAfter(LongestGreeting);
        if (await channel.ReadAsync(greeting.Token) is not CommandMessage.Invocation invocation || !invocation.Settings.All(SettingArguments.IsSetting))
            return;

        var answers = Channel.CreateUnbounded<CommandMessage.Answer>();
        var listening = ListenAsync(channel, answers.Writer, ending);
        using var console = new RemoteConsole(channel, invocation, answers.Reader);
        CommandConsole.Use(console);
        CommandHost.Use(host);
        var exitCode = invocation.Settings.FirstOrDefault(IsOther) is { } setting
            ? await CommandStore.FailAsync($"The gateway that runs was started without {KeyOf(setting)} or with another, and its settings hold. Leave it out, or stop the gateway.")
            : await GatewayCommandLine.CarryOutAsync(invocation.Arguments, ending.Token);
        console.Flush();
        channel.Write(new CommandMessage.Ended(exitCode));
        ending.CancelAfter(LongestGreeting);
        await listening; // the other side closes, or has had its time
    }

    private bool IsOther(string setting) =>
        !FoundIt.Contains(KeyOf(setting), StringComparer.OrdinalIgnoreCase) && host.Configuration[KeyOf(setting)] != setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..];

    private static string KeyOf(string setting) => setting[2..setting.IndexOf('=', StringComparison.Ordinal)];

    // A command whose process goes away before the end is called off.
    private static async Task ListenAsync(CommandChannel channel, ChannelWriter<CommandMessage.Answer> answers, CancellationTokenSource ending)
    {
        try
        {
            while (await channel.ReadAsync(ending.Token) is CommandMessage.Answer answer)
                answers.TryWrite(answer);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or OperationCanceledException)
        {
            // As if it had closed.
        }

        answers.TryComplete();
        await ending.CancelAsync();
    }
}
