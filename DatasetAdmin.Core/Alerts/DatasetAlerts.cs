using System.Globalization;
using DatasetAdmin.Core.Datasets;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Alerts;

/// <summary>Classes with too few images in the newest dataset of a kind, of this month or the one before.</summary>
internal sealed class DatasetAlerts(DatasetQueries datasets, IOptions<AlertOptions> options, TimeProvider time) : IAlertSource
{
    private const string Prefix = "classes/";

    public IReadOnlyList<AlertKind> Kinds { get; } = [AlertKind.SmallClass];

    public bool ReadsStore => true;

    public async Task<AlertLook> LookAsync(IReadOnlyList<Alert> open, CancellationToken cancellationToken)
    {
        var month = Month.Of(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        var months = await datasets.MonthsAsync(month.Previous, month, cancellationToken);
        List<AlertCondition> active = [];
        Dictionary<string, string> recovered = [];
        foreach (var kind in DatasetKinds.All)
        {
            // Newest first.
            if (months.FirstOrDefault(item => item.Kind == kind && item.Manifest is not null)?.Manifest is not { } manifest)
            {
                continue;
            }

            var small = manifest.Classes.Where(item => item.Images < options.Value.MinClassImages).ToList();
            if (small.Count > 0)
            {
                active.Add(Describe(kind, manifest, small));
            }
            else
            {
                recovered[Prefix + kind.Name()] = string.Create(
                    CultureInfo.InvariantCulture, $"In {kind.Name()} {manifest.Version} every class has at least {options.Value.MinClassImages} images.");
            }
        }

        return new(active, recovered, []);
    }

    private AlertCondition Describe(DatasetKind kind, DatasetManifest manifest, List<DatasetClass> small) => new(
        Prefix + kind.Name(),
        AlertKind.SmallClass,
        $"{manifest.Year}-{manifest.Month:00} {string.Join(' ', small.Select(item => item.Name))}",
        small.Count == 1
            ? $"The class {small[0].Name} has too few images in {kind.Name()} {manifest.Version}"
            : $"{small.Count} classes have too few images in {kind.Name()} {manifest.Version}",
        string.Create(CultureInfo.InvariantCulture, $"Fewer than {options.Value.MinClassImages} (Alerts:MinClassImages): ")
            + string.Join(", ", small.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Name} {item.Images}"))) + ".");
}
