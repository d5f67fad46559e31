using System.Diagnostics;
using System.Net;
using System.Text.Json;
using DatasetAdmin.Tests.Commands;
using DatasetAdmin.Tests.Support;
using DatasetAdmin.Web.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DatasetAdmin.Tests.Web.Health;

public class ReadinessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ready_EachDependencyBrokenInTurn_NamesItAndNothingSecretAndComesBack()
    {
        await using var admin = await TestServers.OwnPostgresAsync();
        await using var source = await TestServers.OwnPostgresAsync();
        await using var s3 = await TestServers.OwnCephAsync();
        await using var pipeline = await TestPipeline.StartAsync(Backend.Servers, settings: new Dictionary<string, string>
        {
            ["ConnectionStrings:Admin"] = await admin.CreateDatabaseAsync(Token),
            ["ConnectionStrings:UserStyles"] = await source.CreateDatabaseAsync(Token),
            ["Minio:Endpoint"] = s3.Endpoint,
            ["Minio:AccessKey"] = s3.AccessKey,
            ["Minio:SecretKey"] = s3.SecretKey,
        });
        var url = SiteTests.FreeUrl();
        await using var program = TestProgram.Start(pipeline.Settings, $"--urls={url}");
        await program.WaitForAsync("Now listening on");
        using var client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(3) };
        List<string> answers = [];

        await BecomesAsync();
        await source.StopAsync();
        await BecomesAsync("source");
        await source.StartAsync();
        await BecomesAsync();
        await admin.StopAsync();
        await BecomesAsync("database");
        await s3.StopAsync();
        await BecomesAsync("database", "photos", "artifacts");
        Assert.Equal("live", await client.GetStringAsync("health/live", Token));
        await admin.StartAsync();
        await s3.StartAsync();
        await BecomesAsync();

        string[] secrets = [s3.SecretKey, s3.AccessKey, "Password", "postgres", "Exception", "127.0.0.1"];
        Assert.All(answers, answer => Assert.All(secrets, secret => Assert.DoesNotContain(secret, answer, StringComparison.Ordinal)));

        async Task BecomesAsync(params string[] unready)
        {
            string[]? seen = null;
            for (var since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromMinutes(3);)
            {
                using var response = await client.GetAsync("health/ready", Token);
                var text = await response.Content.ReadAsStringAsync(Token);
                answers.Add(text);
                var json = JsonDocument.Parse(text).RootElement;
                var checks = json.GetProperty("checks").EnumerateArray().ToList();
                Assert.Equal(["database", "source", "photos", "artifacts"], checks.Select(check => check.GetProperty("name").GetString()));
                Assert.All(checks, check => Assert.True(check.GetProperty("duration_ms").GetDouble() >= 0));
                seen = [.. checks.Where(check => check.GetProperty("status").GetString() != "ready").Select(check => check.GetProperty("name").GetString()!)];
                Assert.Equal(seen.Length == 0 ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, response.StatusCode);
                if (seen.SequenceEqual(unready))
                {
                    return;
                }

                await Task.Delay(500, Token);
            }

            Assert.Fail($"It didn't become unready with [{string.Join(", ", unready)}], but is with [{string.Join(", ", seen!)}].\n{program.Output}");
        }
    }

    [Fact]
    public async Task Check_AskedByMany_LooksOnceInAFewSeconds()
    {
        var time = new FakeTimeProvider();
        var looks = 0;
        await using var services = NewChecks(_ =>
        {
            Interlocked.Increment(ref looks);
            return Task.CompletedTask;
        });
        var readiness = new Readiness(services.GetRequiredService<HealthCheckService>(), time);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(readiness.CheckAsync, Token)));
        time.Advance(TimeSpan.FromSeconds(4));
        await readiness.CheckAsync();
        Assert.Equal(1, looks);

        time.Advance(TimeSpan.FromSeconds(1));
        await readiness.CheckAsync();
        Assert.Equal(2, looks);
    }

    [Fact]
    public async Task Check_DependencyThatNeverAnswersNorListens_IsGivenUp()
    {
        await using var services = NewChecks(_ => new TaskCompletionSource().Task);

        var report = await new Readiness(services.GetRequiredService<HealthCheckService>(), TimeProvider.System).CheckAsync();

        Assert.Equal("no answer within 4 s", report.Entries["stuck"].Description);
    }

    private static ServiceProvider NewChecks(Func<CancellationToken, Task> ask)
    {
        var services = new ServiceCollection();
        services.AddSingleton(typeof(Microsoft.Extensions.Logging.ILogger<>), typeof(NullLogger<>));
        services.AddHealthChecks().AddCheck("stuck", new DependencyCheck(ask));
        return services.BuildServiceProvider();
    }
}
