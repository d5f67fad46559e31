using System.Globalization;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Web.Access;
using DatasetAdmin.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Candidates;

/// <summary>What was collected on a day: its images, and the photos that couldn't be used.</summary>
public sealed partial class DayPage
{
    private const string RejectedTab = "rejected";

    private DateOnly? _day;
    private Content? _content;
    private Run? _ended;
    private Run? _requested;
    private bool _isRequesting;

    [Inject]
    internal CandidateQueries Days { get; init; } = null!;

    [Inject]
    internal ListCatalog Catalog { get; init; } = null!;

    [Inject]
    internal CandidateImages Images { get; init; } = null!;

    [Inject]
    internal ImageQueries Queries { get; init; } = null!;

    [Inject]
    internal FaceClasses Classes { get; init; } = null!;

    [Inject]
    internal Actions Actions { get; init; } = null!;

    [Inject]
    internal CircuitUser Me { get; init; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; init; } = null!;

    [Inject]
    internal TimeProvider Clock { get; init; } = null!;

    /// <summary><c>YYYY-MM-DD</c>.</summary>
    [Parameter]
    public required string Day { get; set; }

    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    /// <summary>Of rejected photos.</summary>
    [SupplyParameterFromQuery]
    public string? Reason { get; set; }

    private DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);

    private bool IsRejectedShown => Tab == RejectedTab && _content?.Day.Manifest is not null;

    protected override async Task OnParametersSetAsync()
    {
        var isDay = DateOnly.TryParseExact(Day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        if (!isDay || day != _day)
        {
            (_content, _ended, _requested) = (null, null, null);
        }

        _day = isDay ? day : null;
        if (isDay && (_content is null || _content.View != View))
        {
            await LoadDayAsync(day);
        }
    }

    private Task LoadDayAsync(DateOnly day)
    {
        var (view, before) = (View, _content);
        return LoadAsync(
            async token =>
            {
                var known = await Days.DayAsync(day, token);
                if (await ListOrNullAsync(known, before, token) is not { } list)
                {
                    return new Content(known, view, null, null, null, []);
                }

                var counts = await ListCounts.ReadAsync(Queries, list, view.Filter, before?.Counts, token);
                var source = ImageSource.Of(Queries, list, view.Filter, view.Order, counts.Total(view.Filter.Class), (image, token) => UsesAsync(day, image, token));

                // Days of the earlier system may know classes that aren't configured any more.
                var names = Classes.All.Select(item => item.Name).Union(counts.Classes.Select(item => item.Class!));
                return new Content(known, view, list, source, counts, [.. names]);
            },
            content => _content = content);
    }

    private async Task<BrowsedList?> ListOrNullAsync(CandidateDay known, Content? before, CancellationToken cancellationToken) => known switch
    {
        { IsMissing: true } or { Problem: not null } => null,

        // A day that we collected has the list that its manifest names.
        { Manifest: { } manifest } when before?.List is not null && manifest.ETag == before.Day.Manifest?.ETag => before.List,
        _ => await Catalog.FindOrNullAsync(ListReference.Of(known.Day), cancellationToken),
    };

    private async Task<IReadOnlyList<ImageUse>> UsesAsync(DateOnly day, ListedImage image, CancellationToken cancellationToken) =>
        ImageUse.Of(await Images.UsesAsync(day, image.Path, cancellationToken));

    private async Task CollectAsync()
    {
        _isRequesting = true;
        _ended = null;
        await LoadAsync(
            async token => await Actions.CollectAsync(await Me.ActorAsync(token), _day!.Value, token),
            requested => _requested = requested.Run);
        _isRequesting = false;
    }

    private Task Ended(Run run)
    {
        _ended = run;
        return LoadDayAsync(_day!.Value);
    }

    private IReadOnlyList<ClassBar> ClassBarsOf(Content content)
    {
        var counts = content.Counts!.Classes.ToDictionary(item => item.Class!, item => item.Images);
        return
        [
            .. content.AllClasses.Select(name => new ClassBar(
                name,
                [counts.GetValueOrDefault(name)],
                UrlOf(View with { Filter = View.Filter with { Class = name == View.Filter.Class ? null : name } }))),
        ];
    }

    private IReadOnlyList<LinkTab> Tabs(Content content) => content.Day.Manifest is not { } manifest
        ? [new("Images", UrlOf(View), true)]
        :
        [
            new($"Images ({CountText.Text(manifest.Totals.Images)})", UrlOf(View), !IsRejectedShown),
            new($"Rejected ({CountText.Text(manifest.Totals.Rejected)})", UrlOfRejected(null), IsRejectedShown),
        ];

    private string UrlOf(ImageView view, string? image = null) => AppUrls.Query(AppUrls.Day(_day!.Value), [.. view.Parameters, ("image", image)]);

    private string UrlOfRejected(string? reason) => AppUrls.Query(AppUrls.Day(_day!.Value), ("tab", RejectedTab), ("reason", reason));

    /// <param name="List">Null where the day's images can't be listed.</param>
    /// <param name="Source">Null where <paramref name="List"/> is, and so are <paramref name="Counts"/>.</param>
    private sealed record Content(
        CandidateDay Day,
        ImageView View,
        BrowsedList? List,
        ImageSource? Source,
        ListCounts? Counts,
        IReadOnlyList<string> AllClasses);
}
