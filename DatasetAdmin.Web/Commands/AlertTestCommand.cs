using DatasetAdmin.Core.Alerts;

namespace DatasetAdmin.Web.Commands;

internal static class AlertTestCommand
{
    public static Task<int> RunAsync(bool verbose, CancellationToken cancellationToken) =>
        CommandSession.RunAsync(
            verbose,
            async (services, token) =>
            {
                var results = await services.GetRequiredService<AlertSender>().SendTestAsync(token);
                if (results.Count == 0)
                {
                    CommandSession.WriteError("No alert can be sent: set Alerts:Email:Host, or Alerts:Webhook:Url, or both.");
                    return ExitCode.BadConfiguration;
                }

                foreach (var result in results)
                {
                    var channel = $"{result.Channel.ToString().ToLowerInvariant()} {result.Target}";
                    if (result.Error is null)
                    {
                        Console.WriteLine($"{channel}: sent");
                    }
                    else
                    {
                        CommandSession.WriteError($"{channel}: {result.Error}");
                    }
                }

                return results.All(result => result.Error is null) ? ExitCode.Done : ExitCode.Failed;
            },
            cancellationToken);
}
