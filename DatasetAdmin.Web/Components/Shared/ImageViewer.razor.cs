using DatasetAdmin.Core.Browsing;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace DatasetAdmin.Web.Components.Shared;

/// <summary>One image, large, with everything that is known of it. Arrow keys walk, Esc closes.</summary>
public sealed partial class ImageViewer : IAsyncDisposable
{
    private ElementReference _dialog;

    [Inject]
    internal IJSRuntime Script { get; init; } = null!;

    /// <summary>Null as long as it isn't known.</summary>
    [Parameter]
    public ListedImage? Image { get; set; }

    /// <summary>Its 0-based place among <see cref="Total"/>, or null where it isn't among them.</summary>
    [Parameter]
    public long? Position { get; set; }

    [Parameter]
    public long Total { get; set; }

    [Parameter]
    public IReadOnlyList<ImageUse>? Uses { get; set; }

    /// <summary>In a comparison, its class on the left.</summary>
    [Parameter]
    public string? LeftClass { get; set; }

    /// <summary>What isn't known yet is on its way.</summary>
    [Parameter]
    public bool IsLoading { get; set; }

    /// <summary>Why there is no image to be seen.</summary>
    [Parameter]
    public string? Problem { get; set; }

    /// <summary>The place to go to.</summary>
    [Parameter]
    public EventCallback<long> OnStep { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Script.InvokeVoidAsync("site.closeDialog", _dialog);
        }
        catch (Exception exception) when (exception is JSDisconnectedException or JSException)
        {
            // Gone with its page.
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await Script.InvokeVoidAsync("site.openDialog", _dialog);
        }
    }

    private bool CanStep(int by) => Position + by is { } place && place >= 0 && place < Total;

    private Task StepAsync(int by) => CanStep(by) ? OnStep.InvokeAsync(Position!.Value + by) : Task.CompletedTask;

    private Task OnKeyAsync(KeyboardEventArgs key) => key switch
    {
        { AltKey: true } or { CtrlKey: true } or { MetaKey: true } => Task.CompletedTask,
        { Key: "ArrowLeft" } => StepAsync(-1),
        { Key: "ArrowRight" } => StepAsync(1),
        { Key: "Escape" } => CloseAsync(),
        _ => Task.CompletedTask,
    };

    // The browser gives the focus back to what opened it only if the dialog is closed before it goes.
    private async Task CloseAsync()
    {
        await Script.InvokeVoidAsync("site.closeDialog", _dialog);
        await OnClose.InvokeAsync();
    }
}
