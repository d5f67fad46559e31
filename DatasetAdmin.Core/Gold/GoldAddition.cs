using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Images;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Gold;

/// <summary>
/// Adds an upload's images to gold: each is inspected like a collected photo and stored whole, under a name that nothing had. What becomes
/// of a file is an event of the run. Safe to repeat: what is there already is said to be.
/// </summary>
/// <param name="artifacts">The artifacts bucket under the run's lease.</param>
internal sealed class GoldAddition(
    GoldUpload upload, GoldInventory inventory, IObjectStore artifacts, ImageInspector inspector, ImageLimitOptions limits, GoldOptions options, FaceClasses classes, RunContext run)
{
    // Decoding takes a core each, and what waits for a store little.
    private static readonly int s_concurrency = Math.Clamp(Environment.ProcessorCount + 1, 2, 8);

    private readonly UnpackBudget _budget = new(options.MaxUnpackedBytes);
    private long _added;
    private long _known;
    private long _refused;

    public async Task AddAsync(CancellationToken cancellationToken)
    {
        List<UploadedFile> single = [.. upload.Files.Where(file => !file.IsZip)];
        if (single.Count > 0)
        {
            run.Progress.Begin("adding images", single.Count);
            await AddAllAsync(ReadAsync(single, cancellationToken), cancellationToken);
        }

        foreach (var zip in upload.Files.Where(file => file.IsZip))
        {
            await AddZipAsync(zip, cancellationToken);
        }
    }

    /// <summary>What was done, in a sentence.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture, $"Added {_added} {(_added == 1 ? "image" : "images")} to gold; {_known} {(_known == 1 ? "was" : "were")} there already, {_refused} refused.");

    private async Task AddZipAsync(UploadedFile file, CancellationToken cancellationToken)
    {
        UploadedZip? zip = null;
        try
        {
            zip = UploadedZip.Open(file.Path!, options.MaxFiles);
        }
        catch (GoldUploadException exception)
        {
            Refuse(file.Name, new(Refusal.UnreadableEntry, exception.Message));
        }
        catch (InvalidDataException)
        {
            Refuse(file.Name, new(Refusal.UnreadableEntry, "It isn't a whole zip: make it again, or send the pictures themselves."));
        }

        using (zip)
        {
            if (zip is null)
            {
                return;
            }

            run.Progress.Begin($"adding images of {Shown(file.Name)}", zip.Entries.Count);
            await AddAllAsync(UnpackAsync(zip, cancellationToken), cancellationToken);
            if (zip.Ignored > 0)
            {
                run.Progress.Note(RunEventLevel.Information, string.Create(CultureInfo.InvariantCulture, $"Ignored {zip.Ignored} folders and hidden files of {Shown(file.Name)}."));
            }
        }
    }

    private async IAsyncEnumerable<Item> ReadAsync(IReadOnlyList<UploadedFile> files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            if (file.Path is null)
            {
                Refuse(file.Name, new(
                    RejectionReason.TooLarge.Name(), string.Create(CultureInfo.InvariantCulture, $"The file has {file.Bytes} bytes; at most {limits.MaxBytes} are taken.")));
                continue;
            }

            if (PlaceOrNull(file.Name) is { } place)
            {
                var rented = ArrayPool<byte>.Shared.Rent((int)file.Bytes);
                await using var content = File.OpenRead(file.Path);
                await content.ReadExactlyAsync(rented.AsMemory(0, (int)file.Bytes), cancellationToken);
                yield return new(file.Name, place, rented, (int)file.Bytes);
            }
        }
    }

    private async IAsyncEnumerable<Item> UnpackAsync(UploadedZip zip, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var entry in zip.Entries)
        {
            if (PlaceOrNull(entry.FullName) is not { } place)
            {
                continue;
            }

            var (rented, length, refusal) = await UploadedZip.UnpackAsync(entry, limits.MaxBytes, options.MaxCompressionRatio, _budget, cancellationToken);
            if (refusal is not null)
            {
                Refuse(entry.FullName, refusal);
            }
            else
            {
                yield return new(entry.FullName, place, rented!, length);
            }
        }
    }

    private UploadPlace? PlaceOrNull(string name)
    {
        var (place, refusal) = UploadPlace.Of(name, upload, classes);
        if (place is not null && !inventory.Takes(place.Split))
        {
            refusal = new(Refusal.WrongSplit, place.Split is null
                ? "Gold is split into train, val and test: choose a split, or put the file below a folder of that name."
                : "Gold isn't split: images in a split would hide all others. Add it without one.");
        }

        if (refusal is null)
        {
            return place;
        }

        Refuse(name, refusal);
        return null;
    }

    // An image is only read when one of them is free, so that few are in memory.
    private Task AddAllAsync(IAsyncEnumerable<Item> items, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        items,
        new ParallelOptions { MaxDegreeOfParallelism = s_concurrency, CancellationToken = cancellationToken },
        async (item, token) =>
        {
            try
            {
                await AddAsync(item, token);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(item.Rented);
            }
        });

    private async Task AddAsync(Item item, CancellationToken cancellationToken)
    {
        var inspection = inspector.Inspect(item.Rented.AsMemory(0, item.Length));
        if (inspection.Facts is not { } facts)
        {
            Refuse(item.Name, new(inspection.Rejection!.Reason.Name(), inspection.Rejection.Detail));
            return;
        }

        var folder = inventory.FolderOf(item.Place.Class, item.Place.Split);
        if (inventory.ClaimOrFind(facts.Sha256, $"{folder}/{ObjectKeys.GoldUploadName(item.Place.Stem, facts.Extension)}") is { } known)
        {
            Interlocked.Increment(ref _known);
            Done(RunEventLevel.Warning, $"Already there: {Shown(item.Name)} has the same bytes as {known}, SHA-256 {facts.Sha256}.");
            return;
        }

        var file = await StoreAsync(item, folder, facts, cancellationToken);
        Interlocked.Increment(ref _added);
        Done(RunEventLevel.Information, $"Added {Shown(item.Name)} as {file}, SHA-256 {facts.Sha256}.");
    }

    // Other bytes may have the name already. The condition is what keeps them: nothing in gold is ever replaced.
    private async Task<string> StoreAsync(Item item, string folder, ImageFacts facts, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var suffix = attempt switch
            {
                0 => "",
                1 => $"_{facts.Sha256[..8]}",
                _ => string.Create(CultureInfo.InvariantCulture, $"_{facts.Sha256[..8]}-{attempt}"),
            };
            var file = $"{folder}/{ObjectKeys.GoldUploadName(item.Place.Stem, facts.Extension, suffix)}";
            using var content = new MemoryStream(item.Rented, 0, item.Length, writable: false);
            if (await artifacts.TryPutAsync(ObjectKeys.Gold + file, content, ContentTypes.OfImage(facts.Format), null, cancellationToken) is not null)
            {
                return file;
            }
        }
    }

    private void Refuse(string name, Refusal refusal)
    {
        Interlocked.Increment(ref _refused);
        Done(RunEventLevel.Warning, $"Refused {Shown(name)}: {refusal.Reason}. {refusal.Detail}");
    }

    private void Done(RunEventLevel level, string message)
    {
        run.Progress.Note(level, message);
        run.Progress.Advance();
        run.Progress.Count("added", Interlocked.Read(ref _added));
        run.Progress.Count("there already", Interlocked.Read(ref _known));
        run.Progress.Count("refused", Interlocked.Read(ref _refused));
    }

    // Names come from who sent them: one line, and not a long one.
    private static string Shown(string name)
    {
        var text = string.Concat(name.Select(character => char.IsControl(character) ? '\uFFFD' : character));
        return text.Length <= 200 ? text : $"{text[..200]}…";
    }

    /// <summary>A file's bytes, in an array that goes back to the pool.</summary>
    private sealed record Item(string Name, UploadPlace Place, byte[] Rented, int Length);
}
