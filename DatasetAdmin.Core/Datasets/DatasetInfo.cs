using System.Globalization;
using System.Text;

namespace DatasetAdmin.Core.Datasets;

/// <summary>
/// Writes <c>dataset_info.md</c>, the document for people, from the manifest alone: the same manifest gives the same bytes.
/// Text that came from users or folders is escaped.
/// </summary>
public static class DatasetInfo
{
    public static string Write(DatasetManifest manifest)
    {
        var text = new StringBuilder();
        var totals = manifest.Totals;
        var kind = manifest.DatasetType == "verified" ? "gold and verified candidates" : "gold and all candidates";
        Line(text, $"# Dataset {manifest.DatasetType} {manifest.Version}");
        Line(text, $"");
        Line(text, $"Face photos by style class: {kind} of {Month(manifest)}. Built {manifest.CreatedAt:yyyy-MM-dd HH:mm} UTC.");
        if (manifest.DaysToCome.Count > 0)
        {
            Line(text, $"");
            Line(text, $"**The month wasn't over:** {Count(manifest.DaysToCome.Count, "day")} were still to come ({Days(manifest.DaysToCome)}).");
        }

        Line(text, $"");
        Line(text, $"| | images |");
        Line(text, $"| --- | ---: |");
        Line(text, $"| total | {totals.Images} |");
        Line(text, $"| gold | {totals.Gold} |");
        Line(text, $"| new | {totals.New} |");
        Line(text, $"| new and verified | {totals.Verified} |");
        foreach (var (split, images) in manifest.Splits ?? new Dictionary<string, long>())
        {
            Line(text, $"| split {split} | {images} |");
        }

        Line(text, $"");
        Line(text, $"{totals.Bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes. Content digest `{manifest.ContentDigest}`.");
        Classes(text, manifest);
        DaysAndGaps(text, manifest);
        LeftOut(text, manifest);
        Changes(text, manifest);
        HowToLoad(text, manifest);
        return text.ToString();
    }

    private static void Classes(StringBuilder text, DatasetManifest manifest)
    {
        Line(text, $"");
        Line(text, $"## Classes");
        Line(text, $"");
        Line(text, $"| index | class | gold | new | total | share | verified |");
        Line(text, $"| ---: | --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var item in manifest.Classes)
        {
            Line(text, $"| {item.Index} | {Escape(item.Name)} | {item.Gold} | {item.New} | {item.Images} | {Share(item.Images, manifest.Totals.Images)} | {item.Verified} |");
        }

        var filled = manifest.Classes.Where(item => item.Images > 0).ToList();
        Line(text, $"");
        if (filled.Count > 0)
        {
            var largest = filled.MaxBy(item => item.Images)!;
            var smallest = filled.MinBy(item => item.Images)!;
            Line(text, $"Imbalance: the largest class, {Escape(largest.Name)}, has {(double)largest.Images / smallest.Images:0.0} times as many images as the smallest, {Escape(smallest.Name)}.");
        }

        var empty = manifest.Classes.Where(item => item.Images == 0).Select(item => Escape(item.Name)).ToList();
        if (empty.Count > 0)
        {
            Line(text, $"");
            Line(text, $"**Without a single image: {string.Join(", ", empty)}.** Folder loaders number only classes that have files, so every label after such a class is shifted. Take `class_index` from the image list instead.");
        }
    }

    private static void DaysAndGaps(StringBuilder text, DatasetManifest manifest)
    {
        Line(text, $"");
        Line(text, $"## Days");
        Line(text, $"");
        var with = manifest.Collections.Where(day => day.Images > 0).ToList();
        Line(text, $"{Count(with.Count, "day")} with {with.Sum(day => day.Images)} candidates, of which {with.Sum(day => day.Used)} are used.");
        Line(text, $"");
        Line(text, $"- missing: {Days(manifest.MissingDays)}");
        Line(text, $"- empty: {Days(manifest.EmptyDays)}");
        if (with.Count > 0)
        {
            Line(text, $"");
            Line(text, $"| day | candidates | used |");
            Line(text, $"| --- | ---: | ---: |");
            foreach (var day in with)
            {
                Line(text, $"| {day.Date:yyyy-MM-dd} | {day.Images} | {day.Used} |");
            }
        }
    }

    private static void LeftOut(StringBuilder text, DatasetManifest manifest)
    {
        var totals = manifest.Totals;
        Line(text, $"");
        Line(text, $"## Left out");
        Line(text, $"");
        Line(text, $"- duplicates (the same bytes in the same class): {totals.Duplicates}");
        Line(text, $"- conflicts (the same bytes in another class; the manifest lists them): {totals.Conflicts}");
        Line(text, $"- withdrawn (the prediction no longer exists): {totals.Withdrawn}");
        Line(text, $"- leaked (in gold's val or test): {totals.Leaked}");
        Line(text, $"- of a format that folder loaders don't read, or without a class: {totals.LeftOut}");
        Line(text, $"- gold folders that belong to no class: {(manifest.Gold.UnmappedFolders.Count == 0 ? "none" : string.Join(", ", manifest.Gold.UnmappedFolders.Select(Escape)))}");
        Line(text, $"- gold files that aren't usable images: {manifest.Gold.Rejected}");
        Line(text, $"");
        Line(text, $"Photos rejected when the days were collected: {manifest.Rejections.Values.Sum()}.");
        if (manifest.Rejections.Count > 0)
        {
            Line(text, $"");
            Line(text, $"| reason | photos |");
            Line(text, $"| --- | ---: |");
            foreach (var (reason, photos) in manifest.Rejections)
            {
                Line(text, $"| {Escape(reason)} | {photos} |");
            }
        }
    }

    private static void Changes(StringBuilder text, DatasetManifest manifest)
    {
        Line(text, $"");
        Line(text, $"## Changes");
        Line(text, $"");
        Line(text, manifest.PreviousVersion is { } previous
            ? $"Since {previous}: {manifest.Changes.Added} added, {manifest.Changes.Removed} removed, {manifest.Changes.Relabelled} relabelled."
            : (FormattableString)$"This is the first version.");
    }

    private static void HowToLoad(StringBuilder text, DatasetManifest manifest)
    {
        var folder = $"datasets/{manifest.DatasetType}/{Month(manifest)}";
        Line(text, $"");
        Line(text, $"## How to load it");
        Line(text, $"");
        Line(text, $"The list of images is right at every moment, also during a rebuild: read `{folder}/manifest.json`, then the Parquet file that its `images_file.key` names. `path` is relative to `{folder}/`.");
        Line(text, $"");
        Line(text, $"```python");
        Line(text, $"import json, pyarrow.parquet as pq, s3fs");
        Line(text, $"fs = s3fs.S3FileSystem(endpoint_url=ENDPOINT, key=KEY, secret=SECRET)");
        Line(text, $"manifest = json.load(fs.open(f\"{{BUCKET}}/{folder}/manifest.json\"))");
        Line(text, $"images = pq.read_table(f\"{{BUCKET}}/{{manifest['images_file']['key']}}\", filesystem=fs).to_pandas()");
        Line(text, $"```");
        Line(text, $"");
        Line(text, $"A loader that reads folders must see `version.txt` before and after, unchanged: then what it listed was exactly that version. While `version.txt` is missing, or the manifest's `status` is not `stable`, the folder is being rebuilt.");
        Line(text, $"");
        Line(text, $"```python");
        Line(text, $"from torchvision.datasets import ImageFolder");
        Line(text, $"data = ImageFolder(\"{folder}{(manifest.Splits is null ? "" : "/train")}\")");
        Line(text, $"```");
        Line(text, $"");
        Line(text, $"`fold` (0 to 9) comes from the user: split by it and no person is on both sides.");
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Month(DatasetManifest manifest) => new Month(manifest.Year, manifest.Month).ToString();

    private static string Count(int count, string what) => FormattableString.Invariant($"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Share(long part, long whole) => whole == 0 ? "–" : FormattableString.Invariant($"{100.0 * part / whole:0.0} %");

    private static string Days(IReadOnlyList<DateOnly> days) =>
        days.Count == 0 ? "none" : string.Join(", ", days.Select(day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));

    // Everything that Markdown or HTML could take for markup, so that a name is only ever a name.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                ':' => escaped.Append("&#58;"),
                '@' => escaped.Append("&#64;"),
                _ when char.IsControl(letter) => escaped.Append(' '),
                _ when char.IsAsciiLetterOrDigit(letter) || letter is ' ' or ',' || letter > '\u007f' => escaped.Append(letter),
                _ => escaped.Append('\\').Append(letter),
            };
        }

        return escaped.ToString();
    }
}
