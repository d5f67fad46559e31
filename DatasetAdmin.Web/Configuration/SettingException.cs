using System.Text.RegularExpressions;

namespace DatasetAdmin.Web.Configuration;

/// <summary>A setting can't be used. The message names it and says what to write; it holds no secret.</summary>
public sealed partial class SettingException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the binder met, in our words. Only numbers and switches are converted, so that the value it quotes is no secret.</summary>
    public static SettingException FromBinder(InvalidOperationException exception)
    {
        var match = Conversion().Match(exception.Message);
        if (!match.Success)
        {
            return new SettingException(exception.Message, exception);
        }

        var what = match.Groups["type"].Value switch
        {
            "System.Boolean" => "true or false",
            "System.Int32" or "System.Int64" => "a whole number",
            "System.Double" or "System.Decimal" => "a number, such as 0.5",
            "System.TimeSpan" => "a duration, such as 00:10:00",
            "DatasetAdmin.Core.Alerts.EmailSecurity" => "StartTls, Tls or None",
            _ => "another value",
        };
        return new SettingException($"{match.Groups["key"].Value} is '{match.Groups["value"].Value}': write {what}.", exception);
    }

    [GeneratedRegex("value '(?<value>[^']*)' at '(?<key>[^']+)' to type '(?<type>[^']+)'")]
    private static partial Regex Conversion();
}
