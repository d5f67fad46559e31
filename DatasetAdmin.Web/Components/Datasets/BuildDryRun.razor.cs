using DatasetAdmin.Core.Building;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Datasets;

/// <summary>What a build would do, and the button that has it done.</summary>
public sealed partial class BuildDryRun
{
    private DatasetAddress? _shown;
    private BuildPreview? _preview;
    private bool _allowsDrops;
    private bool _isRequesting;

    [Inject]
    internal MonthBuild Build { get; init; } = null!;

    [Inject]
    internal RunStore Runs { get; init; } = null!;

    [Inject]
    internal Actions Actions { get; init; } = null!;

    [Inject]
    internal CircuitUser Me { get; init; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; init; } = null!;

    [Inject]
    internal TimeProvider Clock { get; init; } = null!;

    [Parameter, EditorRequired]
    public required DatasetAddress Address { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Address)
        {
            return;
        }

        (_shown, _preview, _allowsDrops) = (Address, null, false);
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        Run? open = null;
        await LoadAsync(
            async token =>
            {
                open = await Runs.FindOpenOrNullAsync(Address.Target, token);
                return open is not null ? null : await Build.PreviewAsync(Address.Month, Address.Kind, new RunProgress(Clock), token);
            },
            preview => _preview = preview);

        // A build is under way already: that is what there is to see.
        if (open is not null)
        {
            Show(open.Id);
        }
    }

    private async Task BuildAsync()
    {
        RunRequested? requested = null;
        _isRequesting = true;
        await LoadAsync(
            async token => await Actions.BuildAsync(await Me.ActorAsync(token), Address.Month, Address.Kind, _allowsDrops, token), answer => requested = answer);
        _isRequesting = false;
        if (requested is not null)
        {
            Show(requested.Run.Id);
        }
    }

    private void Show(Guid run) => Navigation.NavigateTo(Address.Url(DatasetAddress.BuildTab, ("run", run.ToString())), replace: true);

    private DatasetVersion Next(BuildPreview preview) => preview.Current?.Next ?? new DatasetVersion(Address.Month, 1);
}
