using System.Globalization;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Runs;

/// <summary>Section <c>Runs</c>.</summary>
public sealed class RunsOptions
{
    public const string Section = "Runs";

    private static readonly TimeSpan[] s_pauses = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1)];

    /// <summary>How many queued runs a web process executes at once; 0 leaves them to other processes.</summary>
    public int Concurrency { get; set; } = 2;

    /// <summary>
    /// How long a run waits after each attempt that failed by a fault which may pass; one more attempt than there are pauses. Absent: 1, 5, 15
    /// and 60 minutes.
    /// </summary>
    /// <remarks>Texts, because the binder leaves out in silence what it can't convert.</remarks>
    public IList<string>? RetryPauses { get; set; }

    internal IReadOnlyList<TimeSpan> Pauses => RetryPauses is null ? s_pauses : [.. RetryPauses.Select(text => TimeSpan.Parse(text, CultureInfo.InvariantCulture))];
}

internal sealed class ValidateRunsOptions : IValidateOptions<RunsOptions>
{
    public ValidateOptionsResult Validate(string? name, RunsOptions options)
    {
        List<string> failures = [];
        if (options.Concurrency is < 0 or > 64)
        {
            failures.Add($"Runs:Concurrency is {options.Concurrency}: write how many runs a process executes at once, 0 to 64.");
        }

        foreach (var (number, text) in (options.RetryPauses ?? []).Index())
        {
            if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var pause) || pause <= TimeSpan.Zero || pause > TimeSpan.FromDays(1))
            {
                failures.Add($"Runs:RetryPauses:{number} is '{text}': write a duration of at most a day, such as 00:05:00.");
            }
        }

        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }
}
