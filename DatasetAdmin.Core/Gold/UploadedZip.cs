using System.Buffers;
using System.Globalization;
using System.IO.Compression;

namespace DatasetAdmin.Core.Gold;

/// <summary>How much the zips of one upload may still unpack to.</summary>
internal sealed class UnpackBudget(long bytes)
{
    private long _left = bytes;

    /// <summary>Takes from what is left; false where that isn't enough.</summary>
    public bool TrySpend(long bytes) => (_left -= bytes) >= 0;
}

/// <summary>
/// A zip of an upload. What its headers say is never believed: bytes count as they come out, an entry that unpacks like no photo does is
/// left where it is, and an archive within the archive is a file like any other, which inspection refuses.
/// </summary>
internal sealed class UploadedZip : IDisposable
{
    // In a zip's directory: 46 bytes for each entry, with its name, extras and comment.
    private const int DirectoryBytesPerEntry = 512;

    private const int SymbolicLink = 0xA000;
    private const int FileTypes = 0xF000;

    // Below, a plain picture may well pack better than photos do.
    private const long SmallestBomb = 1024 * 1024;

    private readonly MeteredStream _file;
    private readonly ZipArchive _archive;

    private UploadedZip(MeteredStream file, ZipArchive archive) => (_file, _archive) = (file, archive);

    /// <summary>The entries, directories and what systems leave behind left out.</summary>
    public IReadOnlyList<ZipArchiveEntry> Entries { get; private init; } = [];

    public int Ignored => _archive.Entries.Count - Entries.Count;

    /// <exception cref="GoldUploadException">It has too many entries.</exception>
    /// <exception cref="InvalidDataException">It isn't a whole zip.</exception>
    public static UploadedZip Open(string path, int mostEntries)
    {
        var file = new MeteredStream(File.OpenRead(path), (mostEntries * (long)DirectoryBytesPerEntry) + (1024 * 1024));
        try
        {
            var archive = new ZipArchive(file, ZipArchiveMode.Read);
            if (archive.Entries.Count > mostEntries)
            {
                throw new GoldUploadException(string.Create(
                    CultureInfo.InvariantCulture, $"It has {archive.Entries.Count} entries, and {mostEntries} are taken: send it in parts, or set {GoldOptions.Section}:{nameof(GoldOptions.MaxFiles)}."));
            }

            file.IsMetered = false;
            return new(file, archive) { Entries = [.. archive.Entries.Where(entry => !UploadPlace.IsJunk(entry.FullName))] };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Unpacks an entry into a rented array, or says why not; the bytes are null then.</summary>
    /// <param name="mostBytes">The largest photo that is taken.</param>
    public static async Task<(byte[]? Rented, int Length, Refusal? Refusal)> UnpackAsync(
        ZipArchiveEntry entry, long mostBytes, int mostRatio, UnpackBudget budget, CancellationToken cancellationToken)
    {
        if (((entry.ExternalAttributes >> 16) & FileTypes) == SymbolicLink)
        {
            return Refused(Refusal.SymbolicLink, "It is a symbolic link, and those aren't followed.");
        }

        if (entry.IsEncrypted)
        {
            return Refused(Refusal.UnreadableEntry, "It is encrypted: make the zip without a password.");
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(entry.Length, 4096, mostBytes) + 1);
        Refusal? refusal = null;
        try
        {
            await using var content = await entry.OpenAsync(cancellationToken);
            var length = 0;
            while (await content.ReadAsync(buffer.AsMemory(length, Math.Min(buffer.Length - length, 81920)), cancellationToken) is > 0 and var count)
            {
                length += count;
                if ((refusal = Judge(count, length)) is not null)
                {
                    break;
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Length * 2L, mostBytes + 1));
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            if (refusal is null)
            {
                (var rented, buffer) = (buffer, []);
                return (rented, length, null);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException or EndOfStreamException)
        {
            refusal = new(Refusal.UnreadableEntry, "It can't be unpacked: the zip is damaged there, or packed in a way that isn't common.");
        }
        finally
        {
            if (buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        return (null, 0, refusal);

        Refusal? Judge(int count, int length)
        {
            if (!budget.TrySpend(count))
            {
                return new(Refusal.TooMuchUnpacked, $"The upload unpacks to more than {GoldOptions.Section}:{nameof(GoldOptions.MaxUnpackedMegabytes)} allows: send it in parts.");
            }

            if (length > SmallestBomb && length > entry.CompressedLength * (double)mostRatio)
            {
                return new(Refusal.CompressionRatio, string.Create(CultureInfo.InvariantCulture, $"It unpacks to more than {mostRatio} times its packed size, as no photo does."));
            }

            return length > mostBytes
                ? new(Candidates.Rejections.Name(Candidates.RejectionReason.TooLarge), string.Create(CultureInfo.InvariantCulture, $"The file has more than {mostBytes} bytes, which is the most that is taken."))
                : null;
        }
    }

    public void Dispose()
    {
        _archive.Dispose();
        _file.Dispose();
    }

    private static (byte[]?, int, Refusal?) Refused(string reason, string detail) => (null, 0, new(reason, detail));

    /// <summary>Ends the reading of a zip's directory where it is larger than that of any zip that is taken: it would all be kept in memory.</summary>
    private sealed class MeteredStream(FileStream inner, long mostBytes) : Stream
    {
        private long _read;

        public bool IsMetered { get; set; } = true;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Count(await inner.ReadAsync(buffer, cancellationToken));

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }

        private int Count(int count)
        {
            if (IsMetered && (_read += count) > mostBytes)
            {
                throw new GoldUploadException($"Its directory is longer than that of a zip with {GoldOptions.Section}:{nameof(GoldOptions.MaxFiles)} entries: send it in parts.");
            }

            return count;
        }
    }
}
