using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MfaGateway.TestKit;

/// <summary>
/// Keeps all that is logged: the message, the values it was made of (which a structured log writes one by one), the scopes
/// around it and the exception.
/// </summary>
public sealed class CapturedLogs : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private static string Show(object? value) => value switch
    {
        null => "null",
        string text => text,
        KeyValuePair<string, object?> pair => $"{pair.Key}={Show(pair.Value)}",
        IEnumerable many => string.Join(", ", many.Cast<object?>().Select(Show)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };

    private sealed class Logger(CapturedLogs owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => owner._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scopes = new List<string>();
            owner._scopes.ForEachScope((scope, shown) => shown.Add(Show(scope)), scopes);
            owner._lines.Enqueue(
                $"{logLevel} {category}[{eventId.Name}] {formatter(state, exception)} | {Show(state)} | {string.Join(" ; ", scopes)} | {exception}");
        }
    }
}
