using DatasetAdmin.Benchmarks;
using DatasetAdmin.Benchmarks.Scenarios;

// dotnet run -c Release --project DatasetAdmin.Benchmarks -- SCENARIO... [--size N] [--json FILE]
// Programs that some are measured beside: install-peers.sh. Servers and browser: those of the tests (../test.sh).
//
// A scenario prepares what it measures, runs each side in a process of its own (ChildProcess), and returns its figures.
// To add one: a class in Scenarios with a RunAsync like theirs, and a line here.
Scenario[] scenarios =
[
    new("collect", 1_000, "collecting photos of 400 KB from an S3 server, beside a loop that only moves their bytes", CollectScenario.RunAsync),
    new("inspect", 1_000, "inspecting photos of 400 KB, beside a full decode of them", InspectScenario.RunAsync),
    new("recollect", 20_000, "collecting a day of small photos again of which nothing changed", RecollectScenario.RunAsync),
    new("collect-memory", 20_000, "memory while a day of small photos is collected", CollectMemoryScenario.RunAsync),
    new("build", 5_000, "building a month on an S3 server, beside rclone making the same copies", BuildScenario.RunAsync),
    new("build-memory", 200_000, "memory while a month is built", BuildMemoryScenario.RunAsync),
    new("rebuild", 200_000, "building a month again: unchanged, and with 100 images relabelled", RebuildScenario.RunAsync),
    new("million", 1_200_000, "plan and documents of a month, from its days' lists", MillionScenario.RunAsync),
    new("browse", 1_200_000, "what people ask of the lists of a dataset", BrowseScenario.RunAsync),
    new("thumbnails", 500, "small pictures of photos of 400 KB, beside vipsthumbnail", ThumbnailsScenario.RunAsync),
    new("circuits", 200, "pages of a browser that are open on a day of the site", CircuitsScenario.RunAsync),
    new("start", 20_000, "from the start of the process to the first page, over a month of images", StartScenario.RunAsync),
    new("hot", 2_000, "the small parts that most of the work goes through", HotScenario.RunAsync),
];

if (args is ["child", var step, var order])
{
    await ChildProcess.RunStepAsync(step, order);
    return 0;
}

var names = args.TakeWhile(argument => !argument.StartsWith("--", StringComparison.Ordinal)).ToArray();
var options = args.Skip(names.Length).Chunk(2).ToArray();
var chosen = names is ["all"] ? scenarios : [.. scenarios.Where(scenario => names.Contains(scenario.Name))];
if (names.Length == 0 || (names is not ["all"] && chosen.Length != names.Length) || options.Any(option => option is not (["--size", _] or ["--json", _])))
{
    Console.Error.WriteLine("SCENARIO... [--size N] [--json FILE], the scenarios being all or:");
    Console.Error.WriteLine(string.Join('\n', scenarios.Select(scenario => $"  {scenario.Name,-16}{scenario.Purpose} ({scenario.Size:N0})")));
    return 2;
}

string? Option(string name) => options.FirstOrDefault(option => option[0] == name)?[1];
var report = new Report();
foreach (var scenario in chosen)
{
    var size = Option("--size") is { } text ? int.Parse(text, null) : scenario.Size;
    Console.WriteLine($"{scenario.Name}: {scenario.Purpose}, {size:N0}");
    var loadBefore = Report.Load();
    report.Add(scenario.Name, size, loadBefore, await scenario.RunAsync(size));
}

if (Option("--json") is { } file)
{
    await report.WriteAsync(file);
}

return 0;
