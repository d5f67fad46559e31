using System.Globalization;
using System.Text;

namespace DatasetAdmin.Core.Alerts;

/// <summary>What people read: a subject of one line, and the text below it.</summary>
internal sealed record AlertText(string Subject, string Body);

internal static class AlertTexts
{
    private const int NamedInSummary = 10;

    public static AlertText Of(Alert alert) => alert.State == AlertState.Open
        ? new(OneLine(alert.Title), $"{alert.Detail}\nSince {Time(alert.FirstSeenAt)}.")
        : new(OneLine($"Recovered: {alert.Title}"), $"{alert.Detail}\nIt was so from {Time(alert.FirstSeenAt)} to {Time(alert.RecoveredAt!.Value)}.");

    public static AlertText Summary(IReadOnlyList<Alert> alerts, int mostPerHour)
    {
        var open = alerts.Count(alert => alert.State == AlertState.Open);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{open} open, {alerts.Count - open} recovered. An hour has room for {mostPerHour} messages (Alerts:MostPerHour); these came on top:");
        foreach (var alert in alerts.Take(NamedInSummary))
        {
            text.Append("- ").AppendLine(Of(alert).Subject);
        }

        if (alerts.Count > NamedInSummary)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- and {alerts.Count - NamedInSummary} more");
        }

        return new($"{alerts.Count} more alerts", text.ToString().TrimEnd());
    }

    public static AlertText Test { get; } = new("Test", "This is a test of the alerts: they arrive here.");

    // It becomes a mail's header.
    private static string OneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));

    private static string Time(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";
}
