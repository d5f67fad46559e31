using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DatasetAdmin.Tests.Commands;

/// <summary>The command line on PostgreSQL and the Ceph gateway, over a small table.</summary>
public class ServerScenarioTests
{
    private const string Canary = "canary-7f3a";
    private static readonly DateTime s_noon = new(2026, 10, 5, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Commands_FromCollectToStatus_DoWhatTheySay()
    {
        await using var pipeline = await StartAsync();
        await RunThroughAsync(pipeline.Settings);
    }

    [Fact]
    public async Task Commands_EarlierSystemsVariables_AreUnderstood()
    {
        await using var pipeline = await StartAsync();
        var source = new NpgsqlConnectionStringBuilder(pipeline.Settings["ConnectionStrings:UserStyles"]);
        var variables = new Dictionary<string, string>
        {
            ["DataFolder"] = pipeline.Settings["DataFolder"],
            ["DB_HOST"] = source.Host!,
            ["DB_PORT"] = source.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["DB_USER"] = source.Username!,
            ["DB_PASSWORD"] = source.Password!,
            ["DB_NAME"] = source.Database!,
            ["MINIO_ENDPOINT"] = $"http://{pipeline.Settings["Minio:Endpoint"]}",
            ["MINIO_ROOT_USER"] = pipeline.Settings["Minio:AccessKey"],
            ["MINIO_ROOT_PASSWORD"] = pipeline.Settings["Minio:SecretKey"],
            ["STYLE_PHOTO_BUCKET"] = pipeline.Settings["Buckets:Photos"],
            ["ML_ARTIFACTS_BUCKET"] = pipeline.Settings["Buckets:Artifacts"],
        };

        await RunThroughAsync(variables);
    }

    [Theory]
    [InlineData("Minio:SecretKey", Canary, 2, "check Minio:AccessKey, Minio:SecretKey")]
    [InlineData("Buckets:Photos", "no-such-photos", 2, "create it, or set Buckets:Photos")]
    [InlineData("UserStyles:Table", "no_such_table", 2, "UserStyles:Table must name the table")]
    [InlineData("ConnectionStrings:UserStyles", "Username=nobody;Password=" + Canary, 2, "refused the user or password of ConnectionStrings:UserStyles: write those")]
    [InlineData("ConnectionStrings:UserStyles", "Database=no_such_database", 2, "The database of ConnectionStrings:UserStyles doesn't exist")]
    [InlineData("ConnectionStrings:Admin", "Username=nobody;Password=" + Canary, 2, "See that the setting is right")]
    public async Task Command_ServerRefuses_NamesTheSetting(string setting, string value, int exitCode, string says)
    {
        await using var pipeline = await StartAsync();
        var settings = new Dictionary<string, string>(pipeline.Settings);
        settings[setting] = setting.StartsWith("ConnectionStrings:", StringComparison.Ordinal)
            ? new NpgsqlConnectionStringBuilder($"{settings[setting]};{value}").ConnectionString
            : value;

        BadInputTests.AssertRefused(await TestProgram.RunAsync(settings, "collect", "2026-10-05"), exitCode, says);
    }

    [Fact]
    public async Task Build_MonthHeldElsewhere_IsBusy()
    {
        await using var pipeline = await StartAsync();
        await using var lease = await pipeline.Services.GetRequiredService<IRunLocks>().TryAcquireAsync("full/2026-10", TestContext.Current.CancellationToken);
        Assert.NotNull(lease);

        var result = await TestProgram.RunAsync(pipeline.Settings, "build", "2026-10", "--kind", "full");

        BadInputTests.AssertRefused(result, 3, "full/2026-10: another run is at it");
    }

    private static async Task RunThroughAsync(IReadOnlyDictionary<string, string> settings)
    {
        Assert.Contains("2026-10-05: Collected 2 predictions, 2 photos: 2 images", await DoneAsync(settings, "collect", "2026-10-05"), StringComparison.Ordinal);
        var built = await DoneAsync(settings, "build", "2026-10");
        Assert.Contains("verified/2026-10: Built 2026-10-v1: 1 added", built, StringComparison.Ordinal);
        Assert.Contains("full/2026-10: Built 2026-10-v1: 2 added", built, StringComparison.Ordinal);
        Assert.Contains("full/2026-10: Nothing has changed: 2026-10-v1 stays.", await DoneAsync(settings, "build", "2026-10"), StringComparison.Ordinal);
        Assert.Contains(": 0 missing, 0 changed, 0 foreign.", await DoneAsync(settings, "check", "2026-10", "--deep"), StringComparison.Ordinal);
        var status = await DoneAsync(settings, "status");
        Assert.Contains("public.user_styles: reachable", status, StringComparison.Ordinal);
        Assert.Contains("2026-10-v1", status, StringComparison.Ordinal);
    }

    private static async Task<string> DoneAsync(IReadOnlyDictionary<string, string> settings, params string[] args)
    {
        var result = await TestProgram.RunAsync(settings, args);
        Assert.True(result.ExitCode == 0 && result.Errors.Length == 0, $"{string.Join(' ', args)}: {result}");
        Assert.DoesNotContain(settings.TryGetValue("Minio:SecretKey", out var secret) ? secret : settings["MINIO_ROOT_PASSWORD"], result.Output, StringComparison.Ordinal);
        return result.Output;
    }

    private static async Task<TestPipeline> StartAsync()
    {
        var pipeline = await TestPipeline.StartAsync(Backend.Servers);
        for (var number = 1; number <= 2; number++)
        {
            await pipeline.PutPhotoAsync($"user/{number}.jpg", TestImages.Jpeg(number));
            await pipeline.Predictions.AddAsync(number, s_noon.AddMinutes(number), "Queen", isVerified: number == 1, $"user/{number}.jpg");
        }

        return pipeline;
    }
}
