using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Images;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DatasetAdmin.Web.Components.Shared;

/// <summary>A grid with its viewer. Which image is open stands in the page's URL, so that it can be shared and gone back from.</summary>
public sealed partial class ImageBrowser
{
    private readonly Dictionary<long, ListedImage> _near = [];
    private ImageSource? _shownSource;
    private string? _shownPath;
    private ListedImage? _image;
    private ListedImage? _opened;
    private IReadOnlyList<ImageUse>? _uses;
    private long? _position;
    private bool _isUnknown;
    private string? _failure;

    [Inject]
    internal NavigationManager Navigation { get; init; } = null!;

    [Inject]
    internal IJSRuntime Script { get; init; } = null!;

    [Parameter, EditorRequired]
    public required ImageSource Source { get; set; }

    /// <summary>The path of the image that is open, as the URL says; null for none.</summary>
    [Parameter]
    public string? Image { get; set; }

    /// <summary>The page's URL with an image open, or none.</summary>
    [Parameter, EditorRequired]
    public required Func<string?, string> UrlOf { get; set; }

    [Parameter]
    public bool ShowsClass { get; set; } = true;

    /// <summary>What stands over each picture, such as a box to choose it.</summary>
    [Parameter]
    public RenderFragment<ListedImage>? Overlay { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        var isNewSource = Source != _shownSource;
        if (isNewSource)
        {
            _near.Clear();
            _failure = null;
        }

        if (Image is not { } path || (path == _shownPath && !isNewSource))
        {
            (_shownSource, _shownPath) = (Source, Image);
            return;
        }

        (_shownSource, _shownPath, _isUnknown) = (Source, path, false);

        // Who clicked or walked has seen the tile; a shared URL has to be looked up.
        var source = Source;
        var near = _near.FirstOrDefault(item => item.Value.Path == path);
        _image = near.Value ?? (_opened?.Path == path ? _opened : null);
        _position = near.Value is null ? null : near.Key;
        _uses = null;
        await LoadAsync(
            async token =>
            {
                var image = near.Value ?? await source.FindAsync(path, token);
                var position = near.Value is not null ? near.Key : image is null ? null : await source.PositionAsync(image, token);
                var first = Math.Max(0, (position ?? 0) - 1);
                return (image, position, first, Tiles: position is null ? [] : await source.PageAsync(first, 3, token));
            },
            found =>
            {
                (_image, _position, _isUnknown) = (found.image, found.position, found.image is null);
                for (var i = 0; i < found.Tiles.Count; i++)
                {
                    _near[found.first + i] = found.Tiles[i];
                }

                _ = PreloadAsync(found.Tiles);
            });

        // Last, because it reads other lists, and nobody who walks on waits for it.
        if (source.UsesAsync is { } find && _image is { } shown && _shownPath == path)
        {
            await LoadAsync(token => find(shown, token), uses => _uses = uses, isQuiet: true);
        }
    }

    private void Open(ListedImage tile)
    {
        _opened = tile;
        Navigation.NavigateTo(UrlOf(tile.Path));
    }

    private async Task StepAsync(long place)
    {
        if (!_near.TryGetValue(place, out var tile))
        {
            var source = Source;
            await LoadAsync(token => source.PageAsync(place, 1, token), tiles => tile = tiles.Count > 0 ? tiles[0] : null);
        }

        if (tile is not null)
        {
            _near[place] = tile;
            Navigation.NavigateTo(UrlOf(tile.Path), replace: true);
        }
    }

    private void Close()
    {
        (_image, _uses, _position) = (null, null, null);
        Navigation.NavigateTo(UrlOf(null), replace: true);
    }

    private void Fail(Exception exception) => _failure = exception.Message;

    // So that the next arrow key shows a picture and not a wait.
    private async Task PreloadAsync(IReadOnlyList<ListedImage> tiles)
    {
        try
        {
            object urls = tiles.Select(tile => AppUrls.Thumbnail(tile.Key, tile.ETag, Thumbnails.Large)).ToArray();
            await Script.InvokeVoidAsync("site.preload", Gone, urls);
        }
        catch (Exception exception) when (exception is JSDisconnectedException or OperationCanceledException)
        {
            // Nobody looks any more.
        }
    }
}
