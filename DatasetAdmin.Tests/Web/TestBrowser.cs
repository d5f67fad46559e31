using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web;

/// <summary>One real Chromium for all tests of the process: the system's, never one that is downloaded.</summary>
internal static class TestBrowser
{
    /// <summary>A Chromium or Chrome to use instead of the one that the system has.</summary>
    public const string Variable = "DATASETADMIN_TEST_CHROMIUM";

    private static readonly Lazy<Task<IBrowser>> s_browser = new(StartAsync);

    public static Task<IBrowser> GetAsync() => s_browser.Value;

    private static async Task<IBrowser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = FindProgram(),

            // As root, which containers often are, it can't make the sandbox that it would work in.
            Args = Environment.UserName == "root" ? ["--no-sandbox"] : [],
        });
    }

    /// <summary>The path of the Chromium or Chrome to use.</summary>
    public static string FindProgram()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured)
        {
            return configured;
        }

        string[] names = ["chromium", "chromium-browser", "google-chrome"];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"No Chromium is installed: run ./test.sh, which installs one, or name a program in {Variable}.");
    }
}
