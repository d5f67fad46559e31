using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Core.Classes;

/// <summary>A class's name becomes a folder that people copy to any system and that training frameworks read, so it must suit all of them.</summary>
internal sealed partial class ValidateClassList : IValidateOptions<ClassListOptions>
{
    // Hugging Face's ImageFolder takes these, between separators anywhere in a path, for the name of a split.
    private static readonly HashSet<string> s_splitWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "train", "training", "val", "valid", "validation", "dev", "test", "testing", "eval", "evaluation",
    };

    public ValidateOptionsResult Validate(string? name, ClassListOptions options)
    {
        if (!options.IsConfigured)
        {
            return ValidateOptionsResult.Success;
        }

        if (options.Entries.Count == 0)
        {
            return ValidateOptionsResult.Fail("Classes is empty: list at least one class, or leave the section out for the fifteen of the product.");
        }

        string[] faults =
        [
            .. options.Entries.SelectMany(entry => NameFaults($"{entry.Key}:Name", entry.Class.Name)),
            .. EmptyTexts(options, "Keys", "a value of style_id", item => item.Keys),
            .. EmptyTexts(options, "GoldFolders", "the name of a folder in gold", item => item.GoldFolders),
            .. SharedTexts(options, "Keys", item => item.Keys),
            .. SharedTexts(options, "GoldFolders", item => item.GoldFolders),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.Distinct());
    }

    private static IEnumerable<string> NameFaults(string key, string name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            yield return $"{key} is empty: write the class's name, such as Queen.";
        }
        else if (!NamePattern.IsMatch(name) || name.EndsWith(' '))
        {
            yield return $"{key} is '{name}', which can't be a folder everywhere: write 1 to 64 letters (A-Z), digits, spaces, _ or -, "
                + "beginning with a letter or digit and not ending with a space.";
        }
        else if (DevicePattern.IsMatch(name))
        {
            yield return $"{key} is '{name}', which Windows keeps for a device and can't make a folder of: write another name.";
        }
        else if (name.Split(' ', '_', '-').FirstOrDefault(s_splitWords.Contains) is { } word)
        {
            yield return $"{key} is '{name}', and training frameworks take a folder with the word '{word}' for a split: write another name.";
        }
    }

    private static IEnumerable<string> EmptyTexts(
        ClassListOptions options, string list, string what, Func<ClassOptions, IEnumerable<string>> texts) =>
        from entry in options.Entries
        from item in texts(entry.Class).Select((text, index) => (Text: text, Index: index))
        where string.IsNullOrWhiteSpace(item.Text) || (list == "GoldFolders" && item.Text.Contains('/'))
        select $"{entry.Key}:{list}:{item.Index} is '{item.Text}': write {what}, or leave it out.";

    /// <summary>A name counts as the class's first key and first folder.</summary>
    private static IEnumerable<string> SharedTexts(ClassListOptions options, string list, Func<ClassOptions, IEnumerable<string>> texts)
    {
        var owners = new Dictionary<string, (string Entry, string Key)>(StringComparer.OrdinalIgnoreCase);
        foreach (var (entry, item) in options.Entries)
        {
            var all = texts(item).Select((text, index) => (Text: text, Key: $"{entry}:{list}:{index}")).Prepend((Text: item.Name, Key: $"{entry}:Name"));
            foreach (var (text, key) in all.Where(one => !string.IsNullOrWhiteSpace(one.Text)))
            {
                if (!owners.TryAdd(text.Trim(), (entry, key)) && owners[text.Trim()] is var owner && owner.Entry != entry)
                {
                    yield return $"{key} is '{text}', which {owner.Key} is too (upper and lower case are the same): each belongs to one class only, so write it at one of them.";
                }
            }
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9 _-]{0,63}\\z")]
    private static partial Regex NamePattern { get; }

    [GeneratedRegex("^(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])$", RegexOptions.IgnoreCase)]
    private static partial Regex DevicePattern { get; }
}
