using System.Text.RegularExpressions;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Core.Gold;

/// <summary>Why a file wasn't added: a reason as files write it, and a sentence for who sent it.</summary>
internal sealed record Refusal(string Reason, string Detail)
{
    /// <summary>The name could lead out of gold, or isn't one.</summary>
    public const string UnsafeName = "unsafe_name";

    public const string UnknownClass = "unknown_class";

    /// <summary>It names another class than was chosen.</summary>
    public const string OtherClass = "other_class";

    /// <summary>It names another split than was chosen, or one where gold has none, or none where gold has some.</summary>
    public const string WrongSplit = "wrong_split";

    /// <summary>It is a zip's entry that can't be read.</summary>
    public const string UnreadableEntry = "unreadable_entry";

    public const string SymbolicLink = "symbolic_link";

    public const string CompressionRatio = "compression_ratio";

    /// <summary>The upload's zips unpack to more than is taken.</summary>
    public const string TooMuchUnpacked = "too_much_unpacked";
}

/// <summary>Where in gold a file of an upload belongs: decided by its own name and what was chosen for the upload.</summary>
/// <param name="Stem">Its own name without the extension.</param>
internal sealed partial record UploadPlace(string? Split, FaceClass Class, string Stem)
{
    /// <summary>Whether a zip's entry is what systems leave behind in folders: nobody means it to be an image.</summary>
    public static bool IsJunk(string name) => name.EndsWith('/')
        || IsSafe(name) && name.Split('/') is var parts
        && (parts.Any(part => part.StartsWith('.')) || parts.Contains("__MACOSX") || parts[^1].ToLowerInvariant() is "thumbs.db" or "desktop.ini");

    /// <summary>Finds the place, or why there is none; exactly one is returned.</summary>
    /// <param name="name">A file's name, in a zip with its folders: <c>[split/]class folder/…/name</c>.</param>
    public static (UploadPlace? Place, Refusal? Refusal) Of(string name, GoldUpload upload, FaceClasses classes)
    {
        if (!IsSafe(name))
        {
            return Refused(Refusal.UnsafeName, "Its name could lead out of its folder or can't be stored: name it with plain letters, digits, dots and dashes.");
        }

        var parts = name.Split('/');
        var folders = parts[..^1];
        var ownSplit = folders.Length > 0 && GoldSet.Splits.Contains(folders[0].ToLowerInvariant()) ? folders[0].ToLowerInvariant() : null;
        var depth = ownSplit is null ? 0 : 1;
        var ownClass = folders.Length > depth ? classes.FindByGoldFolderOrNull(folders[depth]) : null;
        if (ownSplit is not null && upload.Split is not null && ownSplit != upload.Split)
        {
            return Refused(Refusal.WrongSplit, $"It lies under {ownSplit}, and {upload.Split} was chosen.");
        }

        if (ownClass is not null && upload.ClassName is not null && ownClass.Name != upload.ClassName)
        {
            return Refused(Refusal.OtherClass, $"It lies in a folder of {ownClass.Name}, and {upload.ClassName} was chosen.");
        }

        if ((ownClass ?? (upload.ClassName is null ? null : classes.Get(upload.ClassName))) is not { } face)
        {
            return Refused(Refusal.UnknownClass, folders.Length > depth
                ? $"Its folder '{folders[depth]}' belongs to no class: rename it to a class, or choose a class for the upload."
                : "It lies in no class folder: choose a class for the upload, or put it into a folder named like its class.");
        }

        var rest = string.Join('_', ownClass is null ? [parts[^1]] : parts[(depth + 1)..]);
        return (new(ownSplit ?? upload.Split, face, Path.GetFileNameWithoutExtension(rest)), null);
    }

    private static bool IsSafe(string name)
    {
        try
        {
            ObjectKeyRules.Check(name);
            return !DrivePattern().IsMatch(name);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static (UploadPlace?, Refusal?) Refused(string reason, string detail) => (null, new(reason, detail));

    [GeneratedRegex("^[A-Za-z]:", RegexOptions.CultureInvariant)]
    private static partial Regex DrivePattern();
}
