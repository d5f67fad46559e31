using System.Buffers.Binary;

namespace DatasetAdmin.Core.Images;

/// <summary>What a PNG's list of chunks tells without inflating anything.</summary>
/// <param name="Width">As the header claims; null where the file doesn't begin with one.</param>
/// <param name="IsAnimated">It has the animation chunk of APNG.</param>
/// <param name="IsComplete">The end chunk is there in full. The decoder stops at the last row and doesn't look for it.</param>
internal readonly record struct PngStructure(uint? Width, uint? Height, bool IsAnimated, bool IsComplete)
{
    private const int SignatureLength = 8;
    private const int ChunkOverhead = 12;

    public static PngStructure Of(ReadOnlySpan<byte> bytes)
    {
        uint? width = null, height = null;
        bool isAnimated = false, isComplete = false;
        var rest = bytes[SignatureLength..];
        while (!isComplete && rest.Length >= ChunkOverhead)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            var type = rest[4..8];
            if (length > rest.Length - ChunkOverhead)
            {
                break;
            }

            if (width is null && type.SequenceEqual("IHDR"u8) && length >= 8)
            {
                width = BinaryPrimitives.ReadUInt32BigEndian(rest[8..]);
                height = BinaryPrimitives.ReadUInt32BigEndian(rest[12..]);
            }

            isAnimated |= type.SequenceEqual("acTL"u8);
            isComplete = type.SequenceEqual("IEND"u8);
            rest = rest[((int)length + ChunkOverhead)..];
        }

        return new PngStructure(width, height, isAnimated, isComplete);
    }
}
