using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using DatasetAdmin.Benchmarks.Hot;

namespace DatasetAdmin.Benchmarks.Scenarios;

/// <summary>
/// The small parts that most of the work goes through, measured by BenchmarkDotNet in this process: a process of their own each would be
/// compiled anew, for nothing that differs. A small size only shows that they work.
/// </summary>
internal static class HotScenario
{
    public static async Task<IReadOnlyList<Figure>> RunAsync(int size)
    {
        Lists.Size = size;
        var artifacts = Directory.CreateTempSubdirectory("datasetadmin-bench-");
        try
        {
            var job = (size < 1_000 ? Job.Dry : Job.ShortRun).WithToolchain(InProcessEmitToolchain.Instance);
            var config = ManualConfig.CreateEmpty().AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).AddLogger(NullLogger.Instance).WithArtifactsPath(artifacts.FullName);
            Summary[] summaries = [];
            var whole = await ChildProcess.TimeAsync(() =>
            {
                summaries = BenchmarkRunner.Run([typeof(UrlMapping), typeof(Pictures), typeof(Hot.Lists)], config);
                return Task.CompletedTask;
            });
            return [.. summaries.SelectMany(summary => summary.Reports).Select(report => Figure(report, whole))];
        }
        finally
        {
            artifacts.Delete(recursive: true);
        }
    }

    private static Figure Figure(BenchmarkReport report, Measured whole)
    {
        var parameters = string.Join(", ", report.BenchmarkCase.Parameters.Items.Select(item => item.Value));
        var name = $"{report.BenchmarkCase.Descriptor.Type.Name}.{report.BenchmarkCase.Descriptor.WorkloadMethod.Name} {parameters}".TrimEnd();
        if (!report.Success || report.ResultStatistics is not { } statistics)
        {
            throw new InvalidOperationException($"{name} failed: {string.Join(' ', report.ExecuteResults.SelectMany(result => result.Errors))}");
        }

        var allocated = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) / 1024.0;
        return new(
            name.Length > 70 ? name[..70] : name,
            1,
            new(statistics.Mean / 1e9, 0, whole.PeakMegabytes),
            Note: string.Create(CultureInfo.InvariantCulture, $"{statistics.Mean / 1000:0.0} µs ± {statistics.StandardError / 1000:0.0}, {allocated:0.0} KB allocated"));
    }
}
