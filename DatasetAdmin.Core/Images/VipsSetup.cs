using NetVips;

namespace DatasetAdmin.Core.Images;

/// <summary>
/// libvips' settings for the whole process: one thread per picture (the parallelism is ours), no cache of operations (no picture
/// is looked at twice), and no loaders but those of the accepted formats.
/// </summary>
public static class VipsSetup
{
    private const string SvgLoader = "VipsForeignLoadSvg";
    private static readonly string[] s_loaders =
        ["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadHeif"];

    /// <summary>A black square of 64 px in HEVC: whether it can be decoded depends on how libvips was built.</summary>
    private const string HevcProbe =
        "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAUJtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAABAAAA" +
        "Imlsb2MAAAAAREAAAQABAAAAAAFmAAEAAAAAAAAAEwAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEAAGh2YzEAAAAAwmlwcnAAAACkaXBjbwAAAHhodmND" +
        "AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmubgQEDAgA" +
        "AAMACAAAAwAIQCIAAQAHRAHBcrAiQAAAABRpc3BlAAAAAAAAAEAAAABAAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAoMAAAAbbWRhdAAA" +
        "AA8oAa8EGPwd1z//1cQ3HGA=";

    private static readonly Lock s_svgLock = new();
    private static readonly Lazy<bool> s_applied = new(ApplyOnce);
    private static readonly Lazy<bool> s_canDecodeHeic = new(ProbeHeic);

    // Kept here because libvips calls it for as long as the process lives.
    private static readonly Log.LogDelegate s_ignore = static (_, _, _) => { };

    private static int s_svgUsers;

    /// <summary>Whether this build of libvips decodes HEVC; the one that the packages bring doesn't.</summary>
    public static bool CanDecodeHeic => s_canDecodeHeic.Value;

    /// <summary>Applies the settings; may be called any number of times.</summary>
    public static void Apply() => _ = s_applied.Value;

    /// <summary>
    /// Runs <paramref name="action"/> with libvips' SVG loader unblocked, to draw pictures from text of our own. The block is
    /// process-wide, so an inspection may run meanwhile; that is safe, because the inspector tells a file's format itself and
    /// calls that format's loader by name: an SVG is rejected before libvips sees it, whatever is unblocked.
    /// </summary>
    public static T WithSvg<T>(Func<T> action)
    {
        Apply();
        UseSvg(+1);
        try
        {
            return action();
        }
        finally
        {
            UseSvg(-1);
        }
    }

    private static void UseSvg(int users)
    {
        lock (s_svgLock)
        {
            s_svgUsers += users;
            Operation.Block(SvgLoader, s_svgUsers == 0);
        }
    }

    private static bool ApplyOnce()
    {
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in s_loaders)
        {
            Operation.Block(loader, false);
        }

        // Broken photos would write lines to standard error, one per broken strip; the verdict says it all.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, s_ignore);
        return true;
    }

    private static bool ProbeHeic()
    {
        Apply();
        try
        {
            using var source = Source.NewFromMemory(Convert.FromBase64String(HevcProbe));
            using var image = Image.HeifloadSource(source);
            using var decoded = image.CopyMemory();
            return true;
        }
        catch (VipsException)
        {
            return false;
        }
    }
}
