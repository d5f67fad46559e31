using System.Text.Json;

namespace DatasetAdmin.Core.Database;

/// <summary>A run's counters as the JSON text that the database holds, sorted by name.</summary>
internal static class Counters
{
    public static string ToJson(IReadOnlyDictionary<string, long>? counters) =>
        JsonSerializer.Serialize(new SortedDictionary<string, long>(
            counters?.ToDictionary() ?? [], StringComparer.Ordinal));

    public static IReadOnlyDictionary<string, long> FromJson(string text) =>
        JsonSerializer.Deserialize<SortedDictionary<string, long>>(text) ?? [];
}
