using System.Runtime.InteropServices;

namespace DatasetAdmin.Core.Storage;

/// <summary>A second name for a file, or a second file with the same time where there are no hard links.</summary>
internal static class FileLinks
{
    /// <summary>False when the source isn't there.</summary>
    public static bool TryLinkOrCopy(string source, string target)
    {
        if (!OperatingSystem.IsWindows() && Link(source, target) == 0)
        {
            return true;
        }

        try
        {
            File.Copy(source, target);
            File.SetLastWriteTimeUtc(target, File.GetLastWriteTimeUtc(source));
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when ((e is IOException or UnauthorizedAccessException) && !File.Exists(source))
        {
            // A folder, or a file where a folder should be: no object either.
            return false;
        }
    }

#pragma warning disable SYSLIB1054 // Its replacement generates unsafe code, which one call isn't worth.
    [DllImport("libc", EntryPoint = "link")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string source, [MarshalAs(UnmanagedType.LPUTF8Str)] string target);
#pragma warning restore SYSLIB1054
}
