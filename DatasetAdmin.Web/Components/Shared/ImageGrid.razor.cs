using DatasetAdmin.Core.Browsing;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;

namespace DatasetAdmin.Web.Components.Shared;

/// <summary>
/// Thumbnails in rows, of which only those in sight are drawn and asked for: a hundred thousand scroll like a hundred. Each is a link that
/// opens the viewer.
/// </summary>
public sealed partial class ImageGrid : IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private ElementReference _element;
    private DotNetObjectReference<ImageGrid>? _self;
    private IJSObjectReference? _observer;
    private Virtualize<ImageRow>? _rows;
    private GridLayout? _layout;
    private ImageSource? _shown;

    [Inject]
    internal IJSRuntime Script { get; init; } = null!;

    [Parameter, EditorRequired]
    public required ImageSource Source { get; set; }

    /// <summary>The URL that opens an image.</summary>
    [Parameter, EditorRequired]
    public required Func<ListedImage, string> HrefOf { get; set; }

    /// <summary>An image was clicked, without a key that asks for another window.</summary>
    [Parameter]
    public EventCallback<ListedImage> OnOpen { get; set; }

    /// <summary>Whether tiles name their class: not where all have the same.</summary>
    [Parameter]
    public bool ShowsClass { get; set; } = true;

    /// <summary>What stands over each picture, such as a box to choose it.</summary>
    [Parameter]
    public RenderFragment<ListedImage>? Overlay { get; set; }

    /// <summary>A page couldn't be read.</summary>
    [Parameter]
    public EventCallback<Exception> OnFailed { get; set; }

    private string? Style => _layout is { } layout
        ? $"--tile:{layout.TileWidth}px;--picture:{layout.PictureHeight}px;--row:{layout.RowHeight}px;min-height:{Math.Min(layout.RowsOf(Source.Total), 4) * layout.RowHeight}px"
        : null;

    /// <summary>Called by the browser with the width that there is, whenever it changes.</summary>
    [JSInvokable]
    public async Task OnWidthAsync(int width)
    {
        var layout = GridLayout.Of(width);
        if (layout == _layout)
        {
            return;
        }

        _layout = layout;
        if (_rows is not null)
        {
            await _rows.RefreshDataAsync();
        }

        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        _gone.Dispose();
        try
        {
            if (_observer is not null)
            {
                await _observer.InvokeVoidAsync("disconnect");
                await _observer.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // Gone with its page.
        }

        _self?.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown is not null && _shown != Source && _rows is not null)
        {
            await _rows.RefreshDataAsync();
        }

        _shown = Source;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _observer = await Script.InvokeAsync<IJSObjectReference>("site.observeWidth", _gone.Token, _element, _self);
        }
    }

    private Task Open(ListedImage tile) => OnOpen.InvokeAsync(tile);

    private async ValueTask<ItemsProviderResult<ImageRow>> ProvideAsync(ItemsProviderRequest request)
    {
        var layout = _layout!.Value;
        var rows = (int)Math.Min(layout.RowsOf(Source.Total), layout.MostRows);
        try
        {
            var tiles = await Source.PageAsync((long)request.StartIndex * layout.Columns, request.Count * layout.Columns, request.CancellationToken);
            return new(tiles.Chunk(layout.Columns).Select((row, index) => new ImageRow((long)(request.StartIndex + index) * layout.Columns, row)), rows);
        }
        catch (OperationCanceledException) when (request.CancellationToken.IsCancellationRequested)
        {
            // It takes any other token's for a fault.
            throw new OperationCanceledException(request.CancellationToken);
        }
        catch (Exception exception) when (DataPage.IsExpected(exception))
        {
            await OnFailed.InvokeAsync(exception);
            return new([], 0);
        }
    }
}

/// <param name="First">The 0-based place of its first image.</param>
internal sealed record ImageRow(long First, IReadOnlyList<ListedImage> Tiles);
