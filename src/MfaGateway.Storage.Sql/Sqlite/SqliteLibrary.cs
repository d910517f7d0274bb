using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace MfaGateway.Storage.Sql.Sqlite;

/// <summary>
/// Which SQLite is loaded: the system's, which the system's own updates keep patched; where there is none, the copy
/// that comes with the package.
/// </summary>
internal static class SqliteLibrary
{
    private const string NameInProvider = "e_sqlite3";

    private static readonly string[] SystemNames =
        OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"]
        : OperatingSystem.IsLinux() ? ["libsqlite3.so.0"]
        : [];

    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Must have run before the first connection is made.</summary>
    public static void EnsureLoaded() => _ = Loaded.Value;

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name == NameInProvider)
        {
            foreach (var systemName in SystemNames)
            {
                if (NativeLibrary.TryLoad(systemName, out var handle))
                    return handle;
            }
        }

        return nint.Zero; // the runtime's own search, which finds the package's copy
    }
}
