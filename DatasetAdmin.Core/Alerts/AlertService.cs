using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DatasetAdmin.Core.Alerts;

/// <summary>Reviews the alerts and sends what is due, every minute, for as long as the program runs.</summary>
internal sealed class AlertService(AlertReviewer reviewer, AlertSender sender, TimeProvider time, ILogger<AlertService> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private bool _isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!sender.IsConfigured)
        {
            return;
        }

        using var timer = new PeriodicTimer(s_interval, time);
        do
        {
            await TryAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // Whatever fails here, the next minute is another chance. Said once, not every minute.
    private async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await reviewer.ReviewAsync(cancellationToken);
            await sender.SendDueAsync(cancellationToken);
            _isFailing = false;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_isFailing)
            {
                AlertsLog.Failing(logger, exception);
            }

            _isFailing = true;
        }
    }
}
