using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;

namespace MfaGateway.TestKit.Stores;

/// <summary>
/// A PostgreSQL server of the test run's own, from Debian's package, on a Unix socket in a directory of its own.
/// It stops and removes everything when the test process ends, however it ends: the shell that runs it waits for the
/// end of its input. Nothing here takes a test's cancellation token, since the server outlives the test.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    // initdb refuses root, so root becomes the user of Debian's package, or nobody.
    private const string Script =
        """
        dir=$(mktemp -d "${TMPDIR:-/tmp}/mfagateway-pg-XXXXXX") || exit 1
        trap 'rm -rf "$dir"' EXIT
        "$BIN/initdb" -D "$dir/data" -A trust -U gateway -E UTF8 --locale=C.UTF-8 --no-instructions --no-sync >"$dir/log" 2>&1 \
          || { cat "$dir/log" >&2; exit 1; }
        start() {
          "$BIN/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c max_connections=300 >>"$dir/log" 2>&1 </dev/null &
          pid=$!
          tries=0
          until "$BIN/pg_isready" -q -h "$dir" -U gateway; do
            kill -0 $pid 2>/dev/null && [ $((tries += 1)) -lt 300 ] || { cat "$dir/log" >&2; exit 1; }
            sleep 0.1
          done
          echo "$dir"
        }
        stop() { kill -INT $pid 2>/dev/null; wait $pid; }
        start
        while read -r order; do
          case $order in
            stop) stop; echo stopped ;;
            crash) kill -QUIT $pid; wait $pid; echo crashed ;;
            start) start ;;
          esac
        done
        stop
        """;

    private static readonly Lazy<Task<PostgreSqlServer>> OfThisRun = new(StartNewAsync);

    private readonly Process _shell;
    private readonly string _directory;

    private PostgreSqlServer(Process shell, string directory)
    {
        _shell = shell;
        _directory = directory;
    }

    /// <summary>Why there can be no server on this machine, or null when there can.</summary>
    public static string? WhyMissing { get; } =
        OperatingSystem.IsLinux() && FindPrograms() is not null ? null : "PostgreSQL is not installed (Debian: postgresql)";

    /// <summary>One server for the whole test run.</summary>
    public static Task<PostgreSqlServer> SharedAsync() => OfThisRun.Value;

    /// <summary>A server of one test's own, to be stopped and started.</summary>
    public static async Task<PostgreSqlServer> StartNewAsync()
    {
        var start = new ProcessStartInfo
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        string[] command = Environment.IsPrivilegedProcess
            ? ["runuser", "-u", HasUser("postgres") ? "postgres" : "nobody", "--", "sh", "-c", Script]
            : ["sh", "-c", Script];
        start.FileName = command[0];
        foreach (var argument in command[1..])
            start.ArgumentList.Add(argument);
        start.Environment["BIN"] = FindPrograms() ?? throw new InvalidOperationException(WhyMissing);

        var shell = Process.Start(start)!;
        var directory = await shell.StandardOutput.ReadLineAsync(CancellationToken.None)
            ?? throw new InvalidOperationException("PostgreSQL did not start; its log is on standard error.");
        return new PostgreSqlServer(shell, directory);
    }

    /// <summary>A connection string for a store of its own: a schema that does not exist yet, which costs next to nothing.</summary>
    public string NameStore() =>
        ConnectionStringOf("postgres") + ";Search Path=test_" + RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>A connection string for an empty database, where a test needs a whole one.</summary>
    public async Task<string> AddDatabaseAsync()
    {
        var name = "test_" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        await ExecuteAsync($"CREATE DATABASE {name}");
        return ConnectionStringOf(name);
    }

    /// <summary>Runs a statement as the administrator, in the database that <see cref="NameStore"/> uses.</summary>
    public async Task ExecuteAsync(string sql)
    {
        var administration = new NpgsqlConnectionStringBuilder(ConnectionStringOf("postgres")) { Pooling = false };
        await using var connection = new NpgsqlConnection(administration.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public async Task StopAsync() => await OrderAsync("stop");

    /// <summary>Ends the server at once, without letting it tidy up; the next start has to recover.</summary>
    public async Task CrashAsync() => await OrderAsync("crash");

    public async Task StartAsync() => await OrderAsync("start");

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync(CancellationToken.None);
        _shell.Dispose();
    }

    private static string? FindPrograms() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql")
                .Select(version => Path.Combine(version, "bin"))
                .Where(directory => File.Exists(Path.Combine(directory, "initdb")))
                .Order(StringComparer.Ordinal)
                .LastOrDefault()
            : null;

    private static bool HasUser(string name) =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith(name + ":", StringComparison.Ordinal));

    private string ConnectionStringOf(string database) =>
        new NpgsqlConnectionStringBuilder { Host = _directory, Username = "gateway", Database = database }.ConnectionString;

    private async Task OrderAsync(string order)
    {
        await _shell.StandardInput.WriteLineAsync(order.AsMemory(), CancellationToken.None);
        _ = await _shell.StandardOutput.ReadLineAsync(CancellationToken.None)
            ?? throw new InvalidOperationException($"PostgreSQL did not {order}; its log is on standard error.");
    }
}
