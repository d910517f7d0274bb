using System.Text;
using System.Threading.Channels;

namespace MfaGateway.Commands.Remote;

/// <summary>The terminal of the process that has sent a command here.</summary>
internal sealed class RemoteConsole : CommandConsole, IDisposable
{
    private readonly CommandChannel _channel;
    private readonly ChannelReader<CommandMessage.Answer> _answers;
    private readonly CommandMessage.Invocation _invocation;
    private readonly MessageWriter _out;
    private readonly MessageWriter _error;

    public RemoteConsole(CommandChannel channel, CommandMessage.Invocation invocation, ChannelReader<CommandMessage.Answer> answers)
    {
        _channel = channel;
        _invocation = invocation;
        _answers = answers;
        _out = new MessageWriter(channel, isError: false);
        _error = new MessageWriter(channel, isError: true);
    }

    public override TextWriter Out => _out;

    public override TextWriter Error => _error;

    public override bool CanAsk => _invocation.CanAsk;

    public override int? Width => _invocation.Width;

    public override string FullPath(string path) => Path.GetFullPath(path, _invocation.Directory);

    public override async Task<byte[]> ReadInputAsync(int max, CancellationToken cancellationToken) =>
        (await AskAsync(QuestionKind.Input, string.Empty, max, cancellationToken)).Bytes ?? [];

    public override async Task<string> AskSecretAsync(string question, CancellationToken cancellationToken) =>
        (await AskAsync(QuestionKind.Secret, question, most: 0, cancellationToken)).Text ?? string.Empty;

    public override async Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken) =>
        (await AskAsync(QuestionKind.Confirmation, question, most: 0, cancellationToken)).IsYes;

    public void Flush()
    {
        _out.Flush();
        _error.Flush();
    }

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }

    private async Task<CommandMessage.Answer> AskAsync(QuestionKind about, string text, int most, CancellationToken cancellationToken)
    {
        Flush();
        _channel.Write(new CommandMessage.Question(about, text, most));
        return await _answers.ReadAsync(cancellationToken);
    }

    /// <summary>Sends whole lines, and the rest when it is flushed.</summary>
    private sealed class MessageWriter(CommandChannel channel, bool isError) : TextWriter
    {
        private const int Most = 16 * 1024;

        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            _text.Append(value);
            if (value == '\n' || _text.Length >= Most)
                Flush();
        }

        public override void Write(string? value)
        {
            foreach (var c in value ?? string.Empty)
                Write(c);
        }

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }

        public override void Flush()
        {
            // A pair of surrogates stays together.
            var length = _text.Length > 0 && char.IsHighSurrogate(_text[^1]) ? _text.Length - 1 : _text.Length;
            if (length == 0)
                return;
            var text = _text.ToString(0, length);
            _text.Remove(0, length);
            channel.Write(new CommandMessage.Written(text, isError));
        }
    }
}
