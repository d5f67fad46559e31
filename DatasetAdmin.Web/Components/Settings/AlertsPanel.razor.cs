using DatasetAdmin.Core.Alerts;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Components.Settings;

/// <summary>Where alerts go and when; tries the channels out.</summary>
public sealed partial class AlertsPanel
{
    private IReadOnlyList<AlertTestResult> _results = [];

    [Inject]
    internal Actions Actions { get; init; } = null!;

    [Inject]
    internal CircuitUser Me { get; init; } = null!;

    [Inject]
    internal AlertSender Sender { get; init; } = null!;

    [Inject]
    internal IOptions<AlertOptions> Settings { get; init; } = null!;

    private Task SendTestAsync()
    {
        _results = [];
        return LoadAsync(async token => await Actions.TestAlertsAsync(await Me.ActorAsync(token), token), results => _results = results);
    }
}
