using DatasetAdmin.Core.Gold;
using DatasetAdmin.Core.Images;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using MudBlazor;

namespace DatasetAdmin.Web.Components.Gold;

/// <summary>Chooses files, sends them over plain HTTP, and shows what became of each.</summary>
public sealed partial class GoldUploadDialog : IAsyncDisposable
{
    private ElementReference _zone;
    private ElementReference _input;
    private DotNetObjectReference<GoldUploadDialog>? _self;
    private IJSObjectReference? _module;
    private UploadState _state;
    private int _files;
    private int _zips;
    private long _bytes;
    private long _sent;
    private Guid? _run;
    private string? _refusal;

    private enum UploadState
    {
        Choosing,
        Sending,
        Sent,
    }

    [CascadingParameter]
    internal IMudDialogInstance Dialog { get; set; } = null!;

    [Inject]
    internal IJSRuntime Script { get; init; } = null!;

    [Inject]
    internal IOptions<GoldOptions> Limits { get; init; } = null!;

    [Inject]
    internal IOptions<ImageLimitOptions> Photo { get; init; } = null!;

    [Parameter, EditorRequired]
    public required GoldSummary Summary { get; set; }

    /// <summary>The class that is chosen at first; null for none.</summary>
    [Parameter]
    public string? ClassName { get; set; }

    /// <summary>The split that is chosen at first; null for none.</summary>
    [Parameter]
    public string? Split { get; set; }

    private string ClassChoice { get; set; } = "";

    private string SplitChoice { get; set; } = "";

    private string? Warning => _refusal ?? this switch
    {
        { _state: not UploadState.Choosing } => null,
        { _files: var files } when files > Limits.Value.MaxFiles => $"These are more files than are taken at once. Send fewer, or a zip of at most {Limits.Value.MaxFiles}.",
        { _bytes: var bytes } when bytes > Limits.Value.MaxUploadBytes => GoldUpload.TooLarge(Limits.Value),
        { ClassChoice: "" } when _files > _zips => "Choose the class of these pictures: only a zip can say it with its folders.",
        _ => null,
    };

    /// <summary>Called by the browser when files were chosen.</summary>
    [JSInvokable]
    public Task OnChosenAsync(int files, int zips, long bytes) => InvokeAsync(() =>
    {
        (_files, _zips, _bytes, _refusal) = (files, zips, bytes, null);
        StateHasChanged();
    });

    /// <summary>Called by the browser while it sends, some times a second.</summary>
    [JSInvokable]
    public Task OnSentAsync(long bytes) => InvokeAsync(() =>
    {
        // What surrounds the files is sent too.
        _sent = Math.Min(bytes, Math.Max(0, _bytes - 1));
        StateHasChanged();
    });

    /// <summary>Called by the browser when its last byte has gone.</summary>
    [JSInvokable]
    public Task OnAllSentAsync() => InvokeAsync(() =>
    {
        _sent = _bytes;
        StateHasChanged();
    });

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        try
        {
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // Gone with its page.
        }

        _self?.Dispose();
    }

    protected override void OnInitialized() => (ClassChoice, SplitChoice) = (ClassName ?? "", Split ?? "");

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _module = await Script.InvokeAsync<IJSObjectReference>("import", Gone, "./Components/Gold/GoldUploadDialog.razor.js");
            await _module.InvokeVoidAsync("attach", Gone, _zone, _input, _self);
        }
    }

    private async Task SendAsync()
    {
        (_state, _sent, _refusal) = (UploadState.Sending, 0, null);
        var url = AppUrls.Query(AppUrls.GoldUpload, ("class", ClassChoice), ("split", SplitChoice));
        try
        {
            // With a token of ours there is no limit of time: a large upload takes what it takes.
            var answer = await _module!.InvokeAsync<UploadAnswer>("send", Gone, _input, AppUrls.GoldUpload, url, _self);
            (_run, _refusal, _state) = (answer.Run, answer.Problem, answer.Run is null ? UploadState.Choosing : UploadState.Sent);
        }
        catch (JSException)
        {
            (_refusal, _state) = ("The files couldn't be read: choose them again.", UploadState.Choosing);
        }
    }

    private async Task CancelAsync()
    {
        if (_state == UploadState.Sending)
        {
            await _module!.InvokeVoidAsync("cancel", Gone, _input);
        }
        else
        {
            Dialog.Cancel();
        }
    }

    private async Task AgainAsync()
    {
        await _module!.InvokeVoidAsync("clear", Gone, _input);
        (_state, _files, _zips, _bytes, _run, _refusal) = (UploadState.Choosing, 0, 0, 0, null, null);
    }

    private sealed record UploadAnswer(Guid? Run, string? Problem);
}
