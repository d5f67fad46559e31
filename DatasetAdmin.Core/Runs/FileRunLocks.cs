using System.Security.Cryptography;
using System.Text;

namespace DatasetAdmin.Core.Runs;

/// <summary>
/// The locks of the embedded default: a file that is held open exclusively, which the system closes when its process ends,
/// however it ends. The files stay: deleting one could give its lock to two.
/// </summary>
internal sealed class FileRunLocks(string folder) : IRunLocks
{
    public Task<IRunLease?> TryAcquireAsync(string target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Directory.CreateDirectory(folder);
        try
        {
            var file = new FileStream(FileOf(target), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return Task.FromResult<IRunLease?>(new Lease(file));
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return Task.FromResult<IRunLease?>(null);
        }
    }

    // Only the system can: by ending the process.
    public Task<bool> TryBreakAsync(string target, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>The part of the name that people can read is made safe for any file system; the hash keeps names apart.</summary>
    internal string FileOf(string target)
    {
        var readable = string.Concat(target.Take(40).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-' ? letter : '_'));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(target)))[..16];
        return Path.Combine(folder, $"{readable}_{hash}.lock");
    }

    // The exact type leaves out a missing folder and the like. Windows: ERROR_SHARING_VIOLATION. Elsewhere .NET passes on flock's
    // EWOULDBLOCK, which is 11 on Linux and 35 on macOS. A full disk is none of them and stays an error.
    private static bool IsHeld(IOException exception) =>
        exception.GetType() == typeof(IOException) && exception.HResult is unchecked((int)0x80070020) or 11 or 35;

    private sealed class Lease(FileStream file) : IRunLease
    {
        // The system takes a file lock from nobody who lives.
        public CancellationToken Lost => CancellationToken.None;

        public void ThrowIfLost()
        {
        }

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }
}
