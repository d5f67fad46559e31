using System.Globalization;

namespace DatasetAdmin.Tests.Commands;

/// <summary>What is wrong is said in one line that names it and says what to do: no stack trace, no secret, no long wait.</summary>
public class BadInputTests
{
    private const string Canary = "canary-7f3a";

    private static string FutureDay => DateTime.UtcNow.AddDays(40).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static TheoryData<string, string> WrongArguments => new()
    {
        { "collect someday", "'someday' is not a day: write YYYY-MM-DD" },
        { "collect 2026-02-30", "'2026-02-30' is not a day: write YYYY-MM-DD" },
        { $"collect {FutureDay}", "lies in the future: today is" },
        { $"collect 2026-10-01 --to {FutureDay}", "lies in the future: today is" },
        { "collect 2026-10-05 --to 2026-10-01", "--to must not lie before the day" },
        { "collect", "Required argument missing" },
        { "build 2026-13", "'2026-13' is not a month: write YYYY-MM" },
        { $"build {FutureDay[..7]}", "lies in the future: the newest month" },
        { "build 2026-10 --kind nonsense", "write verified or full" },
        { "build 2026-10 2026-09", "'2026-09'" },
        { "check 2026-10 --depp", "'--depp'" },
        { "colect 2026-10-01", "'colect' is no command: write collect, build" },
        { "--frobnicate", "'--frobnicate' is no setting: write it as --Section:Key=value" },
    };

    public static TheoryData<string, string> WrongSettings => new()
    {
        { "Minio:Endpoint=http://127.0.0.1:1", "Minio:Endpoint has a scheme: write '127.0.0.1:1'" },
        { "Minio:Secure=maybe", "Minio:Secure is 'maybe': write true or false." },
        { $"ConnectionStrings:UserStyles=postgres://u:{Canary}@db/app", "ConnectionStrings:UserStyles must look like Host=" },
        { $"ConnectionStrings:Admin=Host;{Canary}", "ConnectionStrings:Admin is no connection string of PostgreSQL: write it like" },
        { "Classes:0:Name=a/b", "Classes:0:Name is 'a/b'" },
        { "Collecting:Concurrency=0", "Collecting:Concurrency must be between 1 and 256" },
        { "Collecting:Concurrency=many", "Collecting:Concurrency is 'many': write a whole number." },
        { "UserStyles:Table=a b", "UserStyles:Table must be a table's name" },
        { "Buckets:Photos=NO", "Buckets:Photos is 'NO': write a bucket's name" },
        { "DataFolder=/dev/null/data", "DataFolder is '/dev/null/data', which can't be written to: name a folder" },
    };

    [Theory]
    [MemberData(nameof(WrongArguments))]
    public async Task Command_WrongArgument_SaysItInOneLine(string arguments, string says)
    {
        using var folder = new TestFolder();
        AssertRefused(await TestProgram.RunAsync(folder.Settings, arguments.Split(' ')), 2, says);
    }

    [Theory]
    [MemberData(nameof(WrongSettings))]
    public async Task Command_WrongSetting_NamesItAndSaysWhatToWrite(string setting, string says)
    {
        using var folder = new TestFolder();
        AssertRefused(await TestProgram.RunAsync(With(folder, setting, "Minio:AccessKey=key", $"Minio:SecretKey={Canary}"), "status"), 2, says);
    }

    [Fact]
    public async Task Command_TwoWrongSettings_SaysBoth()
    {
        using var folder = new TestFolder();
        var result = await TestProgram.RunAsync(With(folder, "Building:Concurrency=0", "Collecting:Concurrency=0"), "status");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(2, result.ErrorLines.Count);
        Assert.Contains(result.ErrorLines, line => line.Contains("Building:Concurrency", StringComparison.Ordinal));
        Assert.Contains(result.ErrorLines, line => line.Contains("Collecting:Concurrency", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ConnectionStrings:UserStyles=Host=127.0.0.1;Port=1;Database=app;Username=u;Password=" + Canary, "ConnectionStrings:UserStyles can't be reached")]
    [InlineData("ConnectionStrings:Admin=Host=127.0.0.1;Port=1;Database=app;Username=u;Password=" + Canary, "ConnectionStrings:Admin")]
    [InlineData("Minio:Endpoint=127.0.0.1:1", "Minio:Endpoint")]
    public async Task Command_ServerIsNotThere_FailsAndNamesTheSetting(string setting, string says)
    {
        using var folder = new TestFolder();
        var result = await TestProgram.RunAsync(With(folder, setting, "Minio:AccessKey=key", $"Minio:SecretKey={Canary}"), "collect", "2026-10-01");

        AssertRefused(result, 1, says);
        Assert.Contains("see that it runs", result.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Collect_WithoutSourceOrSample_SaysHowToGetOne()
    {
        using var folder = new TestFolder();
        AssertRefused(await TestProgram.RunAsync(folder.Settings, "collect", "2026-10-01"), 2, "ConnectionStrings:UserStyles is empty");
    }

    internal static void AssertRefused(ProgramResult result, int exitCode, string says)
    {
        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.Contains(says, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("--verbose", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, result.Output + result.Errors, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> With(TestFolder folder, params string[] settings)
    {
        var all = folder.Settings;
        foreach (var setting in settings)
        {
            all[setting[..setting.IndexOf('=', StringComparison.Ordinal)]] = setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..];
        }

        return all;
    }
}
