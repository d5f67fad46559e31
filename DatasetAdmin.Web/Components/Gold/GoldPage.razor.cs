using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Gold;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Web.Access;
using DatasetAdmin.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace DatasetAdmin.Web.Components.Gold;

/// <summary>What gold holds, image by image, and what may be changed of it.</summary>
public sealed partial class GoldPage
{
    private const string ClassesTab = "classes";
    private const string LeftOutTab = "left-out";
    private const string ChangesTab = "changes";
    private const int ChangesShown = 50;

    private readonly HashSet<string> _chosen = [];
    private IDisposable? _subscription;
    private Content? _content;
    private Run? _ended;
    private bool _isAsking;

    [Inject]
    internal GoldQueries Gold { get; init; } = null!;

    [Inject]
    internal ImageQueries Images { get; init; } = null!;

    [Inject]
    internal RunStore Store { get; init; } = null!;

    [Inject]
    internal Actions Actions { get; init; } = null!;

    [Inject]
    internal CircuitUser Me { get; init; } = null!;

    [Inject]
    internal RunFeed Feed { get; init; } = null!;

    [Inject]
    internal IDialogService Dialogs { get; init; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; init; } = null!;

    /// <summary><c>classes</c>, <c>left-out</c> or <c>changes</c>; absent: the images.</summary>
    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    protected override void OnInitialized() => _subscription = Feed.Subscribe(() => InvokeAsync(LookAsync));

    protected override void OnGone() => _subscription?.Dispose();

    protected override async Task OnParametersSetAsync()
    {
        if (_content?.View != View)
        {
            await LoadAsync();
        }
    }

    private Task LoadAsync()
    {
        var view = View;
        return LoadAsync(
            async token =>
            {
                // The runs first: a change that ends meanwhile isn't among them, and is looked at again.
                var runs = (await Store.ListAsync(new RunFilter(Target: GoldChanges.Target), 0, ChangesShown, token)).Runs;
                var summary = await Gold.SummaryAsync(token);
                ImageSource? source = null;
                if (summary.List is { } list)
                {
                    var total = (await Images.DistributionAsync(list, view.Filter, token)).Sum(item => item.Images);
                    source = ImageSource.Of(Images, list, view.Filter, view.Order, total);
                }

                return new Content(summary, view, source, runs);
            },
            content => _content = content);
    }

    // A small change is over before anybody has seen it at work: what counts is whether the newest one that ended is known.
    private async Task LookAsync()
    {
        var last = await Store.ListAsync(new RunFilter(Target: GoldChanges.Target), 0, 1, Gone);
        if (last.Runs is [{ IsOpen: false } newest] && _content is { } content && newest.Id != content.LastChange?.Id && newest.Id != _ended?.Id)
        {
            _ended = newest;
            _chosen.Clear();
            await LoadAsync();
        }
    }

    private async Task AddAsync()
    {
        var parameters = new DialogParameters<GoldUploadDialog>
        {
            { dialog => dialog.Summary, _content!.Summary },
            { dialog => dialog.ClassName, View.Filter.Class },
            { dialog => dialog.Split, View.Filter.Split },
        };
        await Dialogs.ShowAsync<GoldUploadDialog>("Add images to gold", parameters, new() { BackdropClick = false, CloseOnEscapeKey = false });
    }

    private async Task RemoveAsync(IReadOnlyList<string> files)
    {
        var parameters = new DialogParameters<GoldRemoveDialog> { { dialog => dialog.Files, files } };
        var dialog = await Dialogs.ShowAsync<GoldRemoveDialog>($"Remove {CountText.Of(files.Count, "image")} from gold?", parameters);
        if (await dialog.Result is { Canceled: false })
        {
            await AskAsync(async token => await Actions.RemoveGoldAsync(await Me.ActorAsync(token), files, token));
        }
    }

    private Task IndexAsync() => AskAsync(async token => await Actions.IndexGoldAsync(await Me.ActorAsync(token), token));

    private async Task AskAsync<T>(Func<CancellationToken, Task<T>> ask)
    {
        _isAsking = true;
        await LoadAsync(ask, _ => { });
        _isAsking = false;
    }

    private void Choose(string path, bool isChosen)
    {
        if (isChosen)
        {
            _chosen.Add(path);
        }
        else
        {
            _chosen.Remove(path);
        }
    }

    private static string Empty(Content content) => content switch
    {
        { Summary.List: null } => "Gold was never indexed: re-index it, or add the first images.",
        { View.IsFiltered: true } => "No image of gold is like that: change the filter.",
        _ => "Gold has no images: add some, each to its class.",
    };

    private IReadOnlyList<ClassBar> BarsOf(GoldSummary summary) =>
    [
        .. summary.Classes.Select(item => new ClassBar(
            item.Name,
            View.Filter.Split is { } split && summary.IsSplit ? [item.BySplit[summary.Splits.ToList().IndexOf(split)]] : item.BySplit,
            UrlOf(View with { Filter = View.Filter with { Class = item.Name == View.Filter.Class ? null : item.Name } }))),
    ];

    private IReadOnlyList<LinkTab> Tabs(Content content) =>
    [
        new("Images", UrlOf(View), Tab is not (ClassesTab or LeftOutTab or ChangesTab)),
        new("Classes", UrlOfTab(ClassesTab), Tab == ClassesTab),
        new($"Left out ({CountText.Text(content.Summary.LeftOutTotal)})", UrlOfTab(LeftOutTab), Tab == LeftOutTab),
        new("Changes", UrlOfTab(ChangesTab), Tab == ChangesTab),
    ];

    private static string UrlOf(ImageView view, string? image = null) => AppUrls.Query(AppUrls.Gold, [.. view.Parameters, ("image", image)]);

    private static string UrlOfTab(string tab) => AppUrls.Query(AppUrls.Gold, ("tab", tab));

    /// <param name="Source">Null where gold was never indexed.</param>
    /// <param name="Runs">The last ones, newest first.</param>
    private sealed record Content(GoldSummary Summary, ImageView View, ImageSource? Source, IReadOnlyList<Run> Runs)
    {
        public Run? LastChange => Runs.FirstOrDefault(run => !run.IsOpen);
    }
}
