using DatasetAdmin.Web.Sample;
using Spectre.Console;

namespace DatasetAdmin.Web.Commands;

internal static class SampleCommand
{
    public static Task<int> RunAsync(bool again, bool verbose, CancellationToken cancellationToken) =>
        CommandSession.RunAsync(
            verbose,
            async (services, token) =>
            {
                if (!services.GetRequiredService<SampleUse>().MayBeMade)
                {
                    CommandSession.WriteError("The sample is only made where neither ConnectionStrings:UserStyles nor Minio:Endpoint is set: it would write into the product's buckets.");
                    return ExitCode.BadConfiguration;
                }

                var made = await MakeAsync(services.GetRequiredService<SampleSource>(), again, token);
                Console.WriteLine(made ? "The sample source is made: collect its days, then build its months." : "The sample source is there already; --again makes it anew.");
                return ExitCode.Done;
            },
            cancellationToken);

    private static Task<bool> MakeAsync(SampleSource sample, bool again, CancellationToken cancellationToken)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            return sample.MakeAsync(new SampleOptions(), again, null, cancellationToken);
        }

        return AnsiConsole.Progress().AutoClear(true).StartAsync(context =>
        {
            var bar = context.AddTask("drawing portraits");
            return sample.MakeAsync(
                new SampleOptions(),
                again,
                (done, total) => (bar.MaxValue, bar.Value) = (total, Math.Max(bar.Value, done)),
                cancellationToken);
        });
    }
}
