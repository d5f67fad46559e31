using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DatasetAdmin.Core.Collecting;

/// <summary>Section <c>UserStyles</c>: the product's table of predictions, in the database of <c>ConnectionStrings:UserStyles</c>.</summary>
public sealed class UserStylesOptions
{
    public const string Section = "UserStyles";

    /// <summary>The name of the connection string.</summary>
    public const string ConnectionString = "UserStyles";

    /// <summary>A table or view, exactly as the database spells it: <c>table</c> or <c>schema.table</c>.</summary>
    public string Table { get; set; } = "user_styles";

    /// <summary>How many rows one query reads.</summary>
    public int PageSize { get; set; } = 5000;
}

/// <summary>A table's name in two parts, safe to put into SQL.</summary>
internal sealed partial record TableName(string? Schema, string Name)
{
    public static TableName? ParseOrNull(string? text)
    {
        var match = Form().Match(text ?? "");
        return match.Success
            ? new TableName(match.Groups["schema"] is { Success: true } schema ? schema.Value : null, match.Groups["name"].Value)
            : null;
    }

    /// <summary>For SQL, quoted: names are taken as the database spells them.</summary>
    public string Quoted => Schema is null ? $"\"{Name}\"" : $"\"{Schema}\".\"{Name}\"";

    public override string ToString() => Schema is null ? Name : $"{Schema}.{Name}";

    [GeneratedRegex(@"\A(?:(?<schema>[A-Za-z_][A-Za-z0-9_$]{0,62})\.)?(?<name>[A-Za-z_][A-Za-z0-9_$]{0,62})\z")]
    private static partial Regex Form();
}

internal sealed class ValidateUserStylesOptions(IConfiguration configuration) : IValidateOptions<UserStylesOptions>
{
    public ValidateOptionsResult Validate(string? name, UserStylesOptions options)
    {
        List<string> faults = [];
        if (TableName.ParseOrNull(options.Table) is null)
        {
            faults.Add("UserStyles:Table must be a table's name as the database spells it, such as user_styles or public.user_styles.");
        }

        if (options.PageSize is < 1 or > 100_000)
        {
            faults.Add("UserStyles:PageSize must be from 1 to 100000.");
        }

        if (configuration.GetConnectionString(UserStylesOptions.ConnectionString) is { Length: > 0 } text && !IsConnectionString(text))
        {
            faults.Add("ConnectionStrings:UserStyles must look like Host=db;Port=5432;Database=app;Username=reader;Password=... "
                + "(a value with ; or = in it goes in double quotes; a postgres:// URL isn't understood).");
        }

        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(text).Host);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException or OverflowException)
        {
            // Its message may quote a part of the string, which may be a part of the password.
            return false;
        }
    }
}
