using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.ImageLists;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Browsing;

/// <summary>
/// Keeps, beside each local list, a file of the columns that filters, counts and comparisons read of every row, in a form that
/// is quick to unpack: of 1.2 million images in milliseconds, where the list itself takes a tenth of a second.
/// </summary>
public sealed class ListKeys(ImageListStore lists, FaceClasses classes)
{
    // To be raised when the columns below change, so that no older file is taken for one of them.
    private const string Form = "keys4";

    private readonly string _initial = Initial(classes);

    /// <summary>The paths of a list and of its keys.</summary>
    /// <exception cref="ImageListException">The list is missing or was changed.</exception>
    internal async Task<(string RowsPath, string KeysPath)> FetchAsync(ImagesFile list, ListColumns columns, CancellationToken cancellationToken)
    {
        var rowsPath = await lists.FetchAsync(list, cancellationToken);
        var name = $"{list.Sha256}-{columns.Name}-{Form}-{Hashes.Sha256(_initial)[..8]}";
        var keysPath = await lists.DeriveAsync(name, path => Task.Run(() => Make(path, columns.Select(rowsPath)), cancellationToken), cancellationToken);
        return (rowsPath, keysPath);
    }

    // The first bytes as a number that keeps their order: a million numbers are looked through in the time of some ten thousand texts.
    private static string Head(string text) => $"('0x' || rpad(substr(hex(encode({text})), 1, {2 * IdSearch.HeadBytes}), {2 * IdSearch.HeadBytes}, '0'))::BIGINT";

    // A day's list has what the source wrote: a class's name in any case of letters, or a key that means one.
    private static string Initial(FaceClasses classes)
    {
        var pairs = classes.All.SelectMany(item => item.Keys.Append(item.Name).Select(key => (Key: key.Trim().ToLowerInvariant(), item.Name))).DistinctBy(pair => pair.Key);
        var map = $"MAP {{{string.Join(", ", pairs.Select(pair => $"'{ListDatabase.Quote(pair.Key)}': '{ListDatabase.Quote(pair.Name)}'"))}}}";
        return $"coalesce({map}[lower(trim(initial_prediction))], nullif(trim(initial_prediction), ''))";
    }

    private void Make(string path, string rows)
    {
        using var database = lists.CreateDatabase();
        database.Execute($"""
            CREATE TABLE keys AS SELECT row, ('0x' || substr(sha256, 1, 16))::UBIGINT AS key_high, ('0x' || substr(sha256, 17, 16))::UBIGINT AS key_low, {BrowsedList.FilterColumns},
                {_initial} AS initial_prediction,
                lower(prediction_id) AS prediction_search, lower(user_id) AS user_search, {Head("prediction_search")} AS prediction_head, {Head("user_search")} AS user_head
            FROM {rows}
            """);

        // The same bytes twice in one list count once when lists are compared.
        database.Execute("CREATE TABLE again AS SELECT key_high, key_low, min(row) AS first FROM keys GROUP BY ALL HAVING count(*) > 1");
        database.Execute($"""
            COPY (SELECT k.*, a.first IS NULL OR a.first = k.row AS is_first FROM keys k LEFT JOIN again a USING (key_high, key_low) ORDER BY row)
            TO '{ListDatabase.Quote(path)}' (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE 122880)
            """);
    }
}
