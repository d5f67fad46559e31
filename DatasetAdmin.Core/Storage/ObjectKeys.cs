using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DatasetAdmin.Core.Datasets;

namespace DatasetAdmin.Core.Storage;

/// <summary>Every key format of the artifacts bucket. Nothing else in the program puts a key together.</summary>
public static partial class ObjectKeys
{
    public const string Gold = "datasets/gold/";
    public const string Candidates = "datasets/candidates/";
    public const string GoldIndex = "metadata/gold/index.json";

    public static string GoldImages(string run) => $"metadata/gold/images-{run}.parquet";

    /// <summary>Where a day's objects lie, ending in a slash.</summary>
    public static string DayPrefix(DateOnly day) => $"{Candidates}{DayText(day)}/";

    public static string DayManifest(DateOnly day) => DayPrefix(day) + "manifest.json";

    public static string DayImages(DateOnly day, string run) => $"{DayPrefix(day)}images-{run}.parquet";

    /// <summary>A day's rejected photos with the ETags they had, so that they aren't read again until they change.</summary>
    public static string DayRejected(DateOnly day, string run) => $"{DayMetadata(day)}rejected-{run}.parquet";

    /// <summary>The index of a day that the earlier system collected: its files' hashes and facts.</summary>
    public static string EarlierDayIndex(DateOnly day) => $"{DayMetadata(day)}index.json";

    public static string EarlierDayImages(DateOnly day, string run) => $"{DayMetadata(day)}images-{run}.parquet";

    /// <summary>Where what the program keeps of a day beside its candidates lies, ending in a slash.</summary>
    public static string DayMetadata(DateOnly day) => $"metadata/candidates/{DayText(day)}/";

    /// <summary>Where a dataset's objects lie, ending in a slash.</summary>
    public static string DatasetPrefix(DatasetKind kind, Month month) => $"{Datasets(kind)}{month}/";

    /// <summary>Where the datasets of a kind lie, ending in a slash.</summary>
    public static string Datasets(DatasetKind kind) => $"datasets/{kind.Name()}/";

    public static string DatasetManifest(DatasetKind kind, Month month) => DatasetPrefix(kind, month) + "manifest.json";

    public static string DatasetInfo(DatasetKind kind, Month month) => DatasetPrefix(kind, month) + "dataset_info.md";

    public static string VersionText(DatasetKind kind, Month month) => DatasetPrefix(kind, month) + "version.txt";

    /// <summary>Where the archived versions of a dataset lie, ending in a slash.</summary>
    public static string Versions(DatasetKind kind, Month month) => $"metadata/versions/{kind.Name()}/{month}/";

    /// <summary>Where one archived version lies, ending in a slash.</summary>
    public static string Version(DatasetVersion version, DatasetKind kind) => $"{Versions(kind, version.Month)}v{version.Number}/";

    public static string VersionManifest(DatasetVersion version, DatasetKind kind) => Version(version, kind) + "manifest.json";

    public static string VersionImages(DatasetVersion version, DatasetKind kind, string run) => $"{Version(version, kind)}images-{run}.parquet";

    public static string VersionLeftOut(DatasetVersion version, DatasetKind kind, string run) => $"{Version(version, kind)}left_out-{run}.parquet";

    public static string Latest(DatasetKind kind) => $"metadata/latest-{kind.Name()}.json";

    /// <summary>A day as it stands in keys: <c>YYYY-MM-DD</c>.</summary>
    public static string DayText(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The day whose folder a key lies in, or null where it lies in none.</summary>
    public static DateOnly? DayOfOrNull(string key) =>
        key.StartsWith(Candidates, StringComparison.Ordinal)
        && key[Candidates.Length..].Split('/') is [var folder, _, ..]
        && DateOnly.TryParseExact(folder, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;

    /// <summary>
    /// A candidate's file name, <c>{prediction}_{photo}_{hash8}.{ext}</c>. A candidate that moves to another class gets
    /// <c>-g{generation}</c>, from 2 on, because a key that was once deleted is never used again.
    /// </summary>
    public static string CandidateName(string prediction, int photo, string sha256, string extension, int generation = 1)
    {
        var suffix = generation > 1 ? $"-g{generation}" : "";
        return $"{BreakSplitWords($"{Escape(prediction)}_{photo}_{sha256[..8]}")}{suffix}.{extension}";
    }

    /// <summary>A gold image's file name in a dataset: <c>{stem}_{hash8}.{ext}</c>.</summary>
    public static string GoldName(string stem, string sha256, string extension) =>
        $"{BreakSplitWords($"{EscapeStem(stem)}_{sha256[..8]}")}.{extension}";

    /// <summary>
    /// What an uploaded file is called in gold: at most 120 of <c>A-Z a-z 0-9 . _ -</c>, whatever its own name was.
    /// </summary>
    /// <param name="suffix">What tells it from another file of the same name, or nothing.</param>
    public static string GoldUploadName(string stem, string extension, string suffix = "")
    {
        var plain = UnsafePattern().Replace(stem, "-");
        var name = plain[..Math.Min(plain.Length, 80)].Trim('.', '-');
        return $"{(name.Length == 0 ? "image" : name)}{suffix}.{extension}";
    }

    /// <summary>The generation in a file name, 1 where it has none.</summary>
    public static int GenerationOf(string name)
    {
        var match = GenerationPattern().Match(name);
        return match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 1;
    }

    /// <summary>Whether a file name is of the form that this program gives, so that it may delete what it doesn't need any more.</summary>
    public static bool IsOwnName(string name) => OwnNamePattern().IsMatch(name);

    /// <summary>
    /// Whether a key may be an image's: in a class folder of a day, of a dataset or of gold. Whoever may see images may see what lies
    /// under such a key, and nothing else.
    /// </summary>
    public static bool IsImage(string key)
    {
        try
        {
            ObjectKeyRules.Check(key);
            return ImagePattern().IsMatch(key);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // Injective for ids up to 80 bytes: a dot stands in no id's plain part. A longer id ends in its hash.
    private static string Escape(string text)
    {
        var escaped = EscapeWhere(text, c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
        return escaped.Length <= 80 ? escaped : $"{escaped[..60]}.{Hashes.Sha256(text)[..16]}";
    }

    // People named these files: what a file system, a URL and a loader can bear stays.
    private static string EscapeStem(string stem)
    {
        var escaped = EscapeWhere(stem, c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ' ' or '(' or ')').Trim();
        return Encoding.UTF8.GetByteCount(escaped) <= 120 ? escaped : $"{EscapeWhere(escaped, char.IsAsciiLetterOrDigit)[..60]}.{Hashes.Sha256(stem)[..16]}";
    }

    private static string EscapeWhere(string text, Func<char, bool> plain)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsBmp && plain((char)rune.Value))
            {
                builder.Append((char)rune.Value);
                continue;
            }

            foreach (var value in Encoding.UTF8.GetBytes(rune.ToString()))
            {
                builder.Append(CultureInfo.InvariantCulture, $".{value:X2}");
            }
        }

        return builder.ToString();
    }

    // Hugging Face takes these words between separators for a split and then ignores every other file.
    private static string BreakSplitWords(string name) => SplitWordPattern().Replace(name, match => $"{match.Value[..2]}-{match.Value[2..]}");

    [GeneratedRegex(@"(?<=^|[-._ 0-9])(train|training|test|testing|val|valid|validation|dev|eval|evaluation)(?=[-._ 0-9]|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SplitWordPattern();

    [GeneratedRegex("[^A-Za-z0-9._-]+", RegexOptions.CultureInvariant)]
    private static partial Regex UnsafePattern();

    [GeneratedRegex(@"\Adatasets/(candidates/\d{4}-\d\d-\d\d|(verified|full)/\d{4}-\d\d(/(train|val|test))?|gold(/[^/]+)*)/[^/]+/[^/]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex ImagePattern();

    [GeneratedRegex(@"-g(\d{1,9})\.[a-z]+$", RegexOptions.CultureInvariant)]
    private static partial Regex GenerationPattern();

    [GeneratedRegex(@"_[0-9a-f]{8}(-g\d{1,9})?\.(jpg|png|webp|avif|heic)$", RegexOptions.CultureInvariant)]
    private static partial Regex OwnNamePattern();
}
