using DatasetAdmin.Core.ImageLists;

namespace DatasetAdmin.Tests.ImageLists;

public sealed class ListDatabaseTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("datasetadmin-").FullName;

    [Fact]
    public void WriteParquet_SameRowsInAnotherOrderAndOnOtherThreads_GivesTheSameBytes()
    {
        var one = Write(threads: 1, "SELECT range AS n FROM range(300000)");
        var two = Write(threads: 4, "SELECT 299999 - range AS n FROM range(300000)");

        Assert.Equal(one, two);
    }

    [Fact]
    public void Pages_MoreThanAPage_YieldsEveryRowOnceAndLeavesTheDatabaseUsable()
    {
        using var database = ListDatabase.Create(_scratch, new ImageListOptions());
        database.Execute("CREATE TABLE numbers AS SELECT range * 3 AS seq, 'row ' || range AS name FROM range(9001)");
        List<string> names = [];
        foreach (var name in database.Pages("seq, name", "numbers", "seq", row => row.GetString(1)))
        {
            names.Add(name);
            if (names.Count % 1000 == 0)
            {
                Assert.Equal(9001, database.Count("SELECT count(*) FROM numbers"));
            }
        }

        Assert.Equal(Enumerable.Range(0, 9001).Select(number => $"row {number}"), names);
    }

    [Fact]
    public void Execute_TablesOverTheLimit_GoToTheFolderAndCanBeRead()
    {
        const int Rows = 1_000_000;
        using var database = ListDatabase.Create(_scratch, new ImageListOptions { MemoryMegabytes = 48 });
        database.Execute($"CREATE TABLE numbers AS SELECT range AS n, sha256(range::VARCHAR) AS sha256 FROM range({Rows})");

        Assert.NotEmpty(Directory.EnumerateFiles(database.Folder, "*", SearchOption.AllDirectories));
        Assert.Equal(Rows, database.Count("SELECT count(DISTINCT n) FROM numbers WHERE sha256 = sha256(n::VARCHAR)"));
    }

    [Fact]
    public void Dispose_LeavesNothingBehind()
    {
        using (var database = ListDatabase.Create(_scratch, new ImageListOptions()))
        {
            database.Execute("CREATE TABLE numbers AS SELECT range FROM range(1000)");
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_scratch));
    }

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    private byte[] Write(int threads, string rows)
    {
        using var database = ListDatabase.Create(_scratch, new ImageListOptions { Threads = threads });
        database.Execute($"CREATE TABLE images AS SELECT n, sha256(n::VARCHAR) AS sha256, CASE WHEN n % 7 = 0 THEN NULL ELSE n * 0.5 END AS share FROM ({rows})");
        var path = Path.Combine(_scratch, $"{Guid.NewGuid():n}.parquet");
        database.WriteParquet("SELECT * FROM images ORDER BY n", path);
        return File.ReadAllBytes(path);
    }
}
