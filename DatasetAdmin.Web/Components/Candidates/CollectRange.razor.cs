using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Access;
using DatasetAdmin.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Candidates;

/// <summary>Asks for a day or a range of days to be collected, again or for the first time.</summary>
public sealed partial class CollectRange
{
    private const int MostDays = 366;

    private DateOnly? _from;
    private DateOnly? _to;
    private string _message = "A day that is collected already is brought up to date.";
    private bool _isRefused;

    [Inject]
    internal Actions Actions { get; init; } = null!;

    [Inject]
    internal CircuitUser Me { get; init; } = null!;

    /// <summary>No later day can be collected.</summary>
    [Parameter, EditorRequired]
    public DateOnly Today { get; set; }

    private async Task SubmitAsync()
    {
        var (days, refusal) = Plan(_from, _to, Today);
        (_isRefused, _message) = (refusal is not null, refusal ?? "");
        if (refusal is not null)
        {
            return;
        }

        await LoadAsync(
            async token =>
            {
                var joined = 0;
                foreach (var day in days)
                {
                    joined += (await Actions.CollectAsync(await Me.ActorAsync(token), day, token)).Joined ? 1 : 0;
                }

                return joined;
            },
            joined => _message = $"{CountText.Of(days.Count - joined, "day")} put into the queue{(joined > 0 ? $", {joined} stood there already" : "")}.");
    }

    /// <summary>The days of a range, or why it can't be meant.</summary>
    internal static (IReadOnlyList<DateOnly> Days, string? Refusal) Plan(DateOnly? from, DateOnly? to, DateOnly today) => (from, to ?? from) switch
    {
        (null, _) => ([], "Choose the first day."),
        ({ } first, { } last) when last < first => ([], "The last day lies before the first."),
        (_, { } last) when last > today => ([], $"{ObjectKeys.DayText(last)} lies in the future: today is {ObjectKeys.DayText(today)} (UTC)."),
        ({ } first, { } last) when last.DayNumber - first.DayNumber >= MostDays => ([], $"At most {MostDays} days at a time."),
        ({ } first, { } last) => ([.. Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays)], null),
        _ => ([], "Choose the last day."),
    };
}
