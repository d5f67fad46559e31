namespace DatasetAdmin.Core.Alerts;

/// <summary>What is wrong at this moment.</summary>
/// <param name="Key">The alert's, such as <c>run/2026-11-06</c>.</param>
/// <param name="Fact">What would make it another occurrence if it changed.</param>
/// <param name="Title">One line for people.</param>
internal sealed record AlertCondition(string Key, AlertKind Kind, string Fact, string Title, string Detail);

/// <summary>What a look found. An open alert that is in none of the three can't be judged now and stays as it is.</summary>
/// <param name="Active">What is wrong.</param>
/// <param name="Recovered">Keys of open alerts that are over, each with a sentence that says so.</param>
/// <param name="Forgotten">Keys of open alerts that are too old to be looked at: closed without a word.</param>
internal sealed record AlertLook(
    IReadOnlyList<AlertCondition> Active, IReadOnlyDictionary<string, string> Recovered, IReadOnlyList<string> Forgotten);

/// <summary>Looks for what is worth an alert.</summary>
internal interface IAlertSource
{
    IReadOnlyList<AlertKind> Kinds { get; }

    /// <summary>Whether it reads the object store: such sources are asked less often.</summary>
    bool ReadsStore { get; }

    /// <param name="open">The open alerts of its kinds.</param>
    Task<AlertLook> LookAsync(IReadOnlyList<Alert> open, CancellationToken cancellationToken);
}
