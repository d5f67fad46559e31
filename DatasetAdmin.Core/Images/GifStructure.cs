namespace DatasetAdmin.Core.Images;

/// <summary>Counts a GIF's frames by its blocks alone: a GIF is never accepted, so no decoder needs to see it.</summary>
internal static class GifStructure
{
    private const byte Extension = 0x21;
    private const byte Frame = 0x2C;
    private const int HeaderLength = 13;
    private const int FrameHeaderLength = 10;

    public static bool HasSeveralFrames(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength)
        {
            return false;
        }

        var at = HeaderLength + ColorTableLength(bytes[10]);
        for (var frames = 0; at < bytes.Length;)
        {
            switch (bytes[at])
            {
                case Extension:
                    at = AfterSubBlocks(bytes, at + 2);
                    break;
                case Frame when ++frames > 1:
                    return true;
                case Frame when at + FrameHeaderLength <= bytes.Length:
                    at = AfterSubBlocks(bytes, at + FrameHeaderLength + ColorTableLength(bytes[at + 9]) + 1);
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    private static int ColorTableLength(byte flags) => (flags & 0x80) != 0 ? 3 << ((flags & 7) + 1) : 0;

    private static int AfterSubBlocks(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length && bytes[at] != 0)
        {
            at += bytes[at] + 1;
        }

        return at + 1;
    }
}
