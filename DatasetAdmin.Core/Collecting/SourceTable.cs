namespace DatasetAdmin.Core.Collecting;

/// <summary>A column as the database describes it.</summary>
/// <param name="Name">As the database spells it.</param>
/// <param name="Type">The name of its type.</param>
/// <param name="CastType">For SQL: the type with its schema, quoted; what a parameter is cast to.</param>
/// <param name="IsArray">Whether it is a database array, such as <c>text[]</c>.</param>
internal sealed record SourceColumn(string Name, string Type, string CastType, bool IsArray)
{
    /// <summary>For SQL over <see cref="SourceTable.From"/>. With the table, because ORDER BY would take a bare name for the selected text.</summary>
    public string Quoted => $"p.\"{Name}\"";
}

/// <summary>The table as it was found: which of the columns that we know it has.</summary>
internal sealed class SourceTable
{
    private static readonly string[] s_required = ["id", "user_id", "style_id", "created_at"];

    private readonly Dictionary<string, SourceColumn> _columns;

    /// <exception cref="PredictionSourceException">A column is missing that we can't do without.</exception>
    public SourceTable(TableName name, IEnumerable<SourceColumn> columns)
    {
        Name = name;
        _columns = columns.ToDictionary(column => column.Name, StringComparer.OrdinalIgnoreCase);
        List<string> missing = [.. s_required.Where(column => FindOrNull(column) is null)];
        if (FindOrNull("photo_urls") is null && FindOrNull("photo_url") is null)
        {
            missing.Add("photo_urls");
        }

        if (missing.Count > 0)
        {
            throw new PredictionSourceException(
                $"The table {name} has no column {string.Join(", ", missing)}: UserStyles:Table must name the table of predictions, or a view with these columns.",
                mayPass: false);
        }
    }

    public TableName Name { get; }

    /// <summary>For SQL: the table under the name that its columns are quoted with.</summary>
    public string From => $"{Name.Quoted} AS p";

    public SourceColumn Id => _columns["id"];

    public SourceColumn CreatedAt => _columns["created_at"];

    public SourceColumn? FindOrNull(string column) => _columns.GetValueOrDefault(column);
}
