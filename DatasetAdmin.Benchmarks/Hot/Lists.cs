using BenchmarkDotNet.Attributes;
using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.ImageLists;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DatasetAdmin.Benchmarks.Hot;

/// <summary>What is done with lists of images.</summary>
public class Lists
{
    private static readonly DateOnly s_day = GeneratedMonth.Month.FirstDay;

    private Workplace? _workplace;
    private WebApplication? _app;
    private ListDatabase? _day;
    private string _dayList = "";
    private Prediction[] _predictions = [];

    /// <summary>How many images the day has.</summary>
    internal static int Size { get; set; } = 2_000;

    [GlobalSetup]
    public async Task MakeDayAsync()
    {
        _workplace = Workplace.OnFiles();
        _app = await ProgramSteps.StartAsync(_workplace.Settings("artifacts"));
        _day = Store.CreateDatabase();
        GeneratedMonth.MakeTables(_day, s_day, 0, Size, "0123456789abcdef", 11);
        _dayList = Path.Combine(_day.Folder, "day.parquet");
        _day.WriteParquet("SELECT * FROM images", _dayList);
        _workplace.AddPredictions(s_day, Size);
        _predictions = [.. _workplace.Predictions];
    }

    [GlobalCleanup]
    public async Task DropAsync()
    {
        _day!.Dispose();
        await _app!.DisposeAsync();
        _workplace!.Dispose();
    }

    [Benchmark]
    public Task WriteManifest() =>
        CandidateManifestWriter.WriteAsync(Path.Combine(_day!.Folder, "manifest.json"), GeneratedMonth.Manifest(s_day, Size / 4, Size, new("images", Size, ""), new("rejected", 0, "")), _day, CancellationToken.None);

    [Benchmark]
    public void WriteList() => _day!.WriteParquet("SELECT * FROM images", Path.Combine(_day.Folder, "again.parquet"));

    [Benchmark]
    public async Task Plan()
    {
        using var database = Store.CreateDatabase();
        var plan = new BuildPlan(database, DatasetKind.Full, _app!.Services.GetRequiredService<FaceClasses>());
        plan.Create();
        plan.AddDay(s_day, _dayList);
        await plan.AddLabelsAsync(_predictions.ToAsyncEnumerable(), CancellationToken.None);
        plan.Decide(1, []);
        plan.List();
    }

    private ImageListStore Store => _app!.Services.GetRequiredService<ImageListStore>();
}
