using DatasetAdmin.Core.Collecting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Tests.Collecting;

public class PredictionSourceServicesTests
{
    private static readonly DateOnly s_day = new(2026, 11, 6);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddPredictionSource_NoConnectionString_ReadsTheSampleUnderTheDataFolder()
    {
        var folder = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("n"));
        await using var services = Services(("DataFolder", folder));

        var source = services.GetRequiredService<IPredictionSource>();
        var fault = await Assert.ThrowsAsync<PredictionSourceException>(() => source.CheckAsync(Cancellation));

        Assert.IsType<SqlitePredictionSource>(source);
        Assert.False(fault.MayPass);
        Assert.Contains(Path.Combine(folder, "sample", "user_styles.db"), fault.Message);
        Assert.Contains("ConnectionStrings:UserStyles", fault.Message);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task AddPredictionSource_ConnectionString_ReadsPostgres()
    {
        await using var services = Services(("ConnectionStrings:UserStyles", "Host=db;Database=app;Username=reader;Password=x"), ("UserStyles:Table", "app.styles"));

        var source = services.GetRequiredService<IPredictionSource>();

        Assert.IsType<PostgresPredictionSource>(source);
        Assert.Same(source, services.GetRequiredService<IPredictionSource>());
        Assert.Equal("app.styles", source.Table);
    }

    [Theory]
    [InlineData("postgres://reader:hunter2@db:5432/app")]
    [InlineData("Host=db;Password=abc;hunter2")]
    [InlineData("Host=db;Password=abc;hunter2=1")]
    [InlineData("Host=db;Port=hunter2")]
    [InlineData("Database=app;Password=hunter2")]
    [InlineData("hunter2")]
    [InlineData("   ")]
    public async Task AddPredictionSource_BrokenConnectionString_NamesTheKeyAndNeverItsValue(string text)
    {
        await using var services = Services(("ConnectionStrings:UserStyles", text));

        var fault = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IPredictionSource>());

        Assert.Contains("ConnectionStrings:UserStyles", fault.Message);
        Assert.DoesNotContain("hunter2", fault.ToString());
    }

    [Theory]
    [InlineData("UserStyles:Table", "")]
    [InlineData("UserStyles:Table", "user_styles; DROP TABLE user_styles")]
    [InlineData("UserStyles:Table", "\"user_styles\"")]
    [InlineData("UserStyles:Table", "a.b.c")]
    [InlineData("UserStyles:Table", "user styles")]
    [InlineData("UserStyles:Table", ".user_styles")]
    [InlineData("UserStyles:Table", "user_styles\n")]
    [InlineData("UserStyles:PageSize", "0")]
    [InlineData("UserStyles:PageSize", "100001")]
    public async Task AddPredictionSource_BrokenSetting_NamesTheKey(string key, string value)
    {
        await using var services = Services((key, value));

        Assert.Contains(key, Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IPredictionSource>()).Message);
    }

    [Fact]
    public async Task CheckAsync_SqliteWithOnlyTheProductsTable_SaysWhatToWrite()
    {
        await using var database = await TestSource.CreateAsync(SourceLayouts.All.First(layout => layout.Table == "user_styles" && !layout.IsPostgres));
        await database.ExecuteAsync("ALTER TABLE user_styles RENAME TO db_user_styles");

        var fault = await Assert.ThrowsAsync<PredictionSourceException>(() => database.Open().CheckAsync(Cancellation));

        Assert.Contains("UserStyles:Table=db_user_styles", fault.Message);
    }

    [Fact]
    public async Task ReadDaysAsync_SqliteWhileAnotherWrites_Reads()
    {
        await using var database = await TestSource.CreateAsync(SourceLayouts.All.First(layout => !layout.IsPostgres));
        await database.ExecuteAsync("PRAGMA journal_mode = WAL");
        var source = database.Open(pageSize: 1);
        await database.InsertAsync(Enumerable.Range(1, 5).Select(number => new TestRow(number, "2026-11-06 10:00:00")));

        var seen = 0;
        await foreach (var _ in source.ReadDaysAsync(s_day, s_day, Cancellation))
        {
            await database.InsertAsync(new TestRow(100 + ++seen, "2026-11-05 10:00:00"));
        }

        Assert.Equal(5, seen);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build();
        return new ServiceCollection().AddLogging().AddPredictionSource(configuration).BuildServiceProvider();
    }
}
