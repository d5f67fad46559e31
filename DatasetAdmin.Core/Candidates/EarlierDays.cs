using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Candidates;

/// <summary>
/// The days that the earlier Python system collected: files <c>{Class}/user_{user}_pred_{prediction}_img_{index}.jpg</c>, whatever
/// their real format, with a manifest that has no <c>schema_version</c>, or none. They are read and never written.
/// </summary>
public static partial class EarlierDays
{
    /// <summary>Whether the earlier system collected this day.</summary>
    /// <exception cref="CandidateManifestException">The day has a manifest that isn't JSON.</exception>
    public static async Task<bool> IsEarlierAsync(IObjectStore artifacts, DateOnly day, CancellationToken cancellationToken)
    {
        Dictionary<string, JsonElement>? head = null;
        await artifacts.ReadAsync(
            ObjectKeys.DayManifest(day),
            async (stored, content, token) =>
            {
                try
                {
                    head = await ManifestJson.ReadHeadAsync<Dictionary<string, JsonElement>>(content, "images", token);
                }
                catch (JsonException exception)
                {
                    throw new CandidateManifestException(stored.Key, exception);
                }
            },
            cancellationToken);
        if (head is not null)
        {
            return !head.ContainsKey("schema_version");
        }

        var prefix = ObjectKeys.DayPrefix(day);
        await foreach (var item in artifacts.ListAsync(prefix, null, cancellationToken))
        {
            if (TryParse(item.Key[prefix.Length..], out _))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a file's name apart; false where it isn't of the earlier system's form.</summary>
    public static bool TryParse(string file, out EarlierFile parsed)
    {
        var match = FilePattern().Match(file);
        parsed = match.Success
            ? new(match.Groups["class"].Value, match.Groups["user"].Value, match.Groups["prediction"].Value, int.Parse(match.Groups["index"].ValueSpan, CultureInfo.InvariantCulture))
            : default;
        return match.Success;
    }

    [GeneratedRegex(@"^(?<class>[^/]+)/user_(?<user>[^/]+)_pred_(?<prediction>[^/]+)_img_(?<index>\d{1,6})\.[A-Za-z0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex FilePattern();
}

/// <summary>What the name of an earlier system's file says.</summary>
public readonly record struct EarlierFile(string ClassFolder, string UserId, string PredictionId, int PhotoIndex);
