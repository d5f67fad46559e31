using System.Security.Cryptography;
using System.Text;

namespace DatasetAdmin.Core.Storage;

/// <summary>
/// One writer per key at a time, across threads and processes: a file that is opened exclusively. Keys share a few dozen
/// of them, which are never removed, because a removed lock file could be held twice.
/// </summary>
internal sealed class FileLocks(string folder, string bucket)
{
    private const int Stripes = 64;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);
    private readonly SemaphoreSlim[] _inProcess = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1, 1))];

    public void Prepare() => Directory.CreateDirectory(folder);

    public async Task<IDisposable> HoldAsync(string key, CancellationToken cancellationToken)
    {
        var stripe = SHA256.HashData(Encoding.UTF8.GetBytes(key))[0] % Stripes;
        var semaphore = _inProcess[stripe];
        await semaphore.WaitAsync(cancellationToken);
        try
        {
            var path = Path.Combine(folder, $"{stripe}");
            while (true)
            {
                try
                {
                    return new Held(semaphore, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
                }
                catch (DirectoryNotFoundException)
                {
                    Prepare();
                }
                catch (IOException e) when (FileFaults.IsLocked(e))
                {
                    await Task.Delay(s_pause, cancellationToken);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    throw FileFaults.Describe(e, bucket);
                }
            }
        }
        catch
        {
            semaphore.Release();
            throw;
        }
    }

    private sealed class Held(SemaphoreSlim semaphore, FileStream file) : IDisposable
    {
        public void Dispose()
        {
            file.Dispose();
            semaphore.Release();
        }
    }
}
