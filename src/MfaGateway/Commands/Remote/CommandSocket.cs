using System.Net.Sockets;
using System.Runtime.InteropServices;
using MfaGateway.Core.Storage;

namespace MfaGateway.Commands.Remote;

/// <summary>The Unix domain socket in a data directory, over which commands reach the gateway that serves from it.</summary>
internal static class CommandSocket
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // <sys/socket.h> of Linux.
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int UidAt = 4; // struct ucred: pid, uid, gid

    /// <summary>Listens, in place of a gateway that was killed. The caller holds the lock of the data directory, so that there is no other.</summary>
    /// <exception cref="StoreRefusedException">Something else is in the way, or the path is too long for a socket.</exception>
    public static Socket Listen(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null || (file.Exists && file.Length > 0) || Directory.Exists(path))
            throw new StoreRefusedException($"{path} is in the way: the gateway makes a socket for commands there. Remove it.");
        file.Delete();

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(EndPoint(path));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, OwnerOnly);
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Null where no gateway listens.</summary>
    /// <exception cref="UnauthorizedAccessException">One does, and this user may not ask it; or what listens may not be one.</exception>
    public static async Task<Socket?> TryConnectAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(EndPoint(path), cancellationToken);
            if (MayBeGateway(socket, path))
                return socket;
            socket.Dispose();
            throw new UnauthorizedAccessException(
                $"Another user listens on {path}, and others than its owner may write to its directory: that may be anything. Take that right away (chmod go-w).");
        }
        catch (SocketException fault)
        {
            socket.Dispose();
            return fault.SocketErrorCode == SocketError.AccessDenied
                ? throw new UnauthorizedAccessException($"{path} is open to the user that the gateway runs as, and to root.", fault)
                : null;
        }
    }

    /// <summary>Whether the other side is this user, or root. Elsewhere than on Linux the rights of the file and its directory decide alone.</summary>
    public static bool IsOfOwner(Socket peer)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        return UserOf(peer) is { } user && (user == 0 || user == EffectiveUser());
    }

    // Root asks the gateway of some other user: the one who alone may make a socket there.
    private static bool MayBeGateway(Socket peer, string path) =>
        IsOfOwner(peer)
        || (OperatingSystem.IsLinux() && EffectiveUser() == 0
            && (File.GetUnixFileMode(Path.GetDirectoryName(path)!) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == UnixFileMode.None);

    private static uint? UserOf(Socket peer)
    {
        var credentials = new byte[12];
        return peer.GetRawSocketOption(SolSocket, SoPeerCred, credentials) == credentials.Length ? BitConverter.ToUInt32(credentials, UidAt) : null;
    }

    private static UnixDomainSocketEndPoint EndPoint(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException fault)
        {
            throw new StoreRefusedException($"{path} is too long a path for a socket, which takes some hundred bytes. Give the gateway a data directory with a shorter one.", fault);
        }
    }

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
