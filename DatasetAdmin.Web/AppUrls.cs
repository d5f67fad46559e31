using System.Globalization;
using System.Text;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Datasets;
using DatasetAdmin.Core.Gold;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Access;

namespace DatasetAdmin.Web;

/// <summary>Every route and query string of the site. Nothing else puts a URL together.</summary>
internal static class AppUrls
{
    public const string Overview = "/";
    public const string Candidates = "/candidates";
    public const string DayRoute = "/candidates/{Day}";
    public const string Datasets = "/datasets";
    public const string DatasetRoute = "/datasets/{Kind}/{Month}";
    public const string CompareRoute = "/compare";
    public const string Model = "/model";
    public const string ModelImages = "/model/images";
    public const string Gold = "/gold";
    public const string GoldUpload = "/gold/upload";
    public const string Runs = "/runs";
    public const string RunRoute = "/runs/{Id:guid}";
    public const string Settings = "/settings";
    public const string NotFound = "/not-found";

    public const string SignIn = "/sign-in";
    public const string SecondFactor = "/sign-in/code";
    public const string Setup = "/setup";
    public const string SetPassword = "/set-password";
    public const string AccessDenied = "/access-denied";
    public const string Account = "/account";
    public const string Api = "/api";
    public const string Users = "/users";
    public const string Audit = "/audit";
    public const string AuditExport = "/audit/export.csv";
    public const string ReturnParameter = "return";

    /// <summary>What the forms of the sign-in pages are sent to.</summary>
    public const string AccountPosts = "/account";

    /// <summary>Where an OpenID Connect provider sends people back to.</summary>
    public const string ProviderCallback = "/sign-in/callback";

    public const string Images = "/images";

    public static string Day(DateOnly day) => $"{Candidates}/{ObjectKeys.DayText(day)}";

    /// <summary>The calendar, beginning with a month.</summary>
    public static string CandidatesOf(Month month) => Query(Candidates, ("month", month.ToString()));

    public static string Dataset(DatasetKind kind, Month month) => $"{Datasets}/{kind.Name()}/{month}";

    /// <summary>An archived version of a dataset.</summary>
    public static string Dataset(DatasetKind kind, DatasetVersion version) =>
        Query(Dataset(kind, version.Month), ("version", version.Number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A file of a dataset, such as <c>manifest.json</c>, over plain HTTP.</summary>
    /// <param name="version">Null for the version that stands.</param>
    public static string DatasetFile(DatasetKind kind, Month month, int? version, string file) =>
        Query($"{Dataset(kind, month)}/{file}", ("version", version?.ToString(CultureInfo.InvariantCulture)));

    /// <summary>How well the model did.</summary>
    /// <param name="of">A day, a month, a dataset as the compare page writes it, or null for all days.</param>
    public static string ModelOf(string? of) => Query(Model, ("of", of));

    /// <param name="left">As the compare page understands it, such as <c>verified/2026-10</c> or a day.</param>
    public static string Compare(string left, string right) => Query(CompareRoute, ("left", left), ("right", right));

    /// <summary>The sign-in page, with what went wrong and where to go afterwards.</summary>
    public static string SignInWith(SignInProblem? problem = null, string? returnUrl = null) =>
        Query(SignIn, ("problem", problem is { } some ? Name(some) : null), (ReturnParameter, returnUrl is Overview ? null : returnUrl));

    public static string SetupWith(string code, SetupProblem? problem = null) =>
        Query(Setup, ("code", code), ("problem", problem is { } some ? Name(some) : null));

    /// <summary>Where a user chooses a password, with the code that lets them.</summary>
    public static string SetPasswordWith(Guid user, string code, SetupProblem? problem = null) =>
        Query(SetPassword, ("user", user.ToString()), ("code", code), ("problem", problem is { } some ? Name(some) : null));

    public static string AuditOf(string path, AuditFilter filter, long? before = null) => Query(
        path,
        ("action", filter.Action is { } action ? Name(action) : null),
        ("outcome", filter.Outcome is { } outcome ? Name(outcome) : null),
        ("text", filter.Text),
        ("from", filter.From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        ("to", filter.To?.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        ("before", before?.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The filter that a query string names; what it doesn't name or misspells doesn't matter.</summary>
    public static AuditFilter AuditFilterOf(string? action, string? outcome, string? text, string? from, string? to) => new(
        ParseOrNull<AuditAction>(action), ParseOrNull<AuditOutcome>(outcome), string.IsNullOrWhiteSpace(text) ? null : text.Trim(), DayOrNull(from), DayOrNull(to)?.AddDays(1));

    /// <summary>Verified against full of a month.</summary>
    public static string CompareKinds(Month month) => Compare($"{DatasetKind.Verified.Name()}/{month}", $"{DatasetKind.Full.Name()}/{month}");

    /// <summary>The images of a cell of the confusion matrix over the days of a month, or over all days.</summary>
    /// <param name="of">A month, or null for all days.</param>
    public static string ModelImagesOf(string? of, string verified, string predicted, string? image = null) =>
        Query(ModelImages, ("of", of), ("class", verified), ("initial", predicted), ("image", image));

    public static string Run(Guid id) => $"{Runs}/{id}";

    public static string RunsOf(RunKind? kind = null, RunStatus? status = null, string? target = null, int page = 1) => Query(
        Runs,
        ("kind", kind is { } someKind ? Name(someKind) : null),
        ("status", status is { } someStatus ? Name(someStatus) : null),
        ("target", target),
        ("page", page > 1 ? page.ToString(CultureInfo.InvariantCulture) : null));

    /// <summary>The page of what a run is about, or null where there is none.</summary>
    public static string? TargetOrNull(string target)
    {
        if (DateOnly.TryParseExact(target, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return Day(day);
        }

        if (target == GoldChanges.Target)
        {
            return Gold;
        }

        return target.Split('/') is [var kindText, var monthText] && DatasetKinds.TryParse(kindText, out var kind) && Month.TryParse(monthText, out var month)
            ? Dataset(kind, month)
            : null;
    }

    /// <summary>A small picture of an object of the artifacts bucket. <paramref name="etag"/> makes the URL name its content, so that it may be kept for good.</summary>
    /// <param name="size">The longer side.</param>
    public static string Thumbnail(string key, string? etag, int size) =>
        Query($"{Images}/thumbnail/{size.ToString(CultureInfo.InvariantCulture)}/{Path(key)}", ("v", etag));

    /// <summary>An object of the artifacts bucket as it was uploaded.</summary>
    /// <param name="download">Whether the browser is to save it rather than show it.</param>
    public static string Original(string key, string? etag, bool download = false) =>
        Query($"{Images}/original/{Path(key)}", ("v", etag), ("download", download ? "1" : null));

    /// <summary>An enum's value as it stands in a query string: <c>collect-day</c>.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>The value that a query string names, or null where it names none.</summary>
    public static T? ParseOrNull<T>(string? text)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Name(value) == text)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>A path with those parameters that have a value.</summary>
    public static string Query(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var url = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in parameters)
        {
            if (!string.IsNullOrEmpty(value))
            {
                url.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return url.ToString();
    }

    private static DateTime? DayOrNull(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) : null;

    private static string Path(string key) => string.Join('/', key.Split('/').Select(Uri.EscapeDataString));
}
