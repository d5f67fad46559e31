using DatasetAdmin.Core.Runs;

namespace DatasetAdmin.Tests.Runs;

public sealed class FileRunLocksTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dataset-admin-").FullName;
    private readonly FileRunLocks _locks;

    public FileRunLocksTests() => _locks = new FileRunLocks(_folder);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task TryAcquireAsync_Held_IsNullUntilGivenBack()
    {
        await using (var lease = await _locks.TryAcquireAsync("2026-11-06", Token))
        {
            Assert.NotNull(lease);
            lease.ThrowIfLost();
            Assert.Null(await new FileRunLocks(_folder).TryAcquireAsync("2026-11-06", Token));
        }

        await using var again = await _locks.TryAcquireAsync("2026-11-06", Token);
        Assert.NotNull(again);
    }

    [Fact]
    public async Task TryAcquireAsync_HeldByAnotherProcess_IsNullUntilThatIsKilled()
    {
        using var holder = await LockHolderProcess.StartAsync(_folder, "verified/2026-10", Token);
        Assert.Null(await _locks.TryAcquireAsync("verified/2026-10", Token));

        holder.Kill();

        await using var lease = await _locks.TryAcquireAsync("verified/2026-10", Token);
        Assert.NotNull(lease);
    }

    [Theory]
    [InlineData("verified/2026-10")]
    [InlineData("../../etc/passwd")]
    [InlineData("CON")]
    [InlineData("a\0b:*?\"<>|")]
    [InlineData("")]
    public async Task TryAcquireAsync_AnyTarget_StaysInItsFolder(string target)
    {
        await using var lease = await _locks.TryAcquireAsync(target, Token);

        Assert.NotNull(lease);
        var file = Assert.Single(Directory.GetFiles(_folder));
        Assert.Matches("^[A-Za-z0-9_-]*_[0-9a-f]{16}[.]lock$", Path.GetFileName(file));
    }

    [Fact]
    public void FileOf_TargetsThatLookAlikeWhenMadeSafe_AreApart() =>
        Assert.NotEqual(_locks.FileOf("verified/2026-10"), _locks.FileOf("verified_2026-10"));

    [Fact]
    public async Task TryAcquireAsync_FolderCannotBeMade_Throws()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", Token);

        await Assert.ThrowsAnyAsync<IOException>(() => new FileRunLocks(Path.Combine(file, "locks")).TryAcquireAsync("a", Token));
    }
}
