using System.Buffers;
using System.Globalization;

namespace DatasetAdmin.Core.Gold;

/// <summary>An upload can't be taken as a whole; the message is for who sent it.</summary>
public sealed class GoldUploadException(string message) : Exception(message);

/// <summary>A file of an upload, kept on local disk.</summary>
/// <param name="Name">As it was sent: never part of a path before it was looked at.</param>
/// <param name="Path">Of the local file; null of a single file that is larger than a photo may be.</param>
/// <param name="Bytes">How many were sent.</param>
/// <param name="IsZip">By its first bytes, whatever its name says.</param>
internal sealed record UploadedFile(string Name, string? Path, long Bytes, bool IsZip);

/// <summary>What somebody sends to be added to gold, on local disk from its arrival to its end: never in memory as a whole.</summary>
public sealed class GoldUpload : IDisposable
{
    private readonly List<UploadedFile> _files = [];
    private readonly string _folder;
    private readonly long _mostPhotoBytes;
    private readonly GoldOptions _options;
    private long _bytes;

    /// <param name="className">The class of what lies in no class folder of a zip; null for none.</param>
    /// <param name="split">The split of what names none; null for none.</param>
    /// <param name="mostPhotoBytes">The largest photo that inspection takes.</param>
    internal GoldUpload(string folder, string? className, string? split, long mostPhotoBytes, GoldOptions options)
    {
        (_folder, ClassName, Split, _mostPhotoBytes, _options) = (folder, className, split, mostPhotoBytes, options);
        Directory.CreateDirectory(folder);
    }

    internal string? ClassName { get; }

    internal string? Split { get; }

    internal IReadOnlyList<UploadedFile> Files => _files;

    public bool IsEmpty => _files.Count == 0;

    /// <summary>Takes one file in, reading the stream to its end.</summary>
    /// <exception cref="GoldUploadException">The upload has too many files or bytes.</exception>
    public async Task AddAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        if (_files.Count == _options.MaxFiles)
        {
            throw new GoldUploadException(string.Create(
                CultureInfo.InvariantCulture, $"An upload may have {_options.MaxFiles} files: send fewer at once, or set {GoldOptions.Section}:{nameof(GoldOptions.MaxFiles)}."));
        }

        var path = Path.Combine(_folder, _files.Count.ToString(CultureInfo.InvariantCulture));
        var buffer = ArrayPool<byte>.Shared.Rent(81920);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            var count = await content.ReadAtLeastAsync(buffer, 4, throwOnEndOfStream: false, cancellationToken);
            var isZip = IsZip(buffer.AsSpan(0, count));
            var mostKept = isZip ? long.MaxValue : _mostPhotoBytes;
            long bytes = 0;
            for (; count > 0; count = await content.ReadAsync(buffer, cancellationToken))
            {
                bytes += count;
                if ((_bytes += count) > _options.MaxUploadBytes)
                {
                    throw new GoldUploadException(TooLarge(_options));
                }

                if (bytes <= mostKept)
                {
                    await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                }
            }

            _files.Add(new(name, bytes <= mostKept ? path : null, bytes, isZip));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What is said of an upload with too many bytes.</summary>
    public static string TooLarge(GoldOptions options) => string.Create(
        CultureInfo.InvariantCulture, $"An upload may have {options.MaxUploadMegabytes} MB: send fewer files at once, or set {GoldOptions.Section}:{nameof(GoldOptions.MaxUploadMegabytes)}.");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    // An archive's first entry, or the end of one that has none.
    private static bool IsZip(ReadOnlySpan<byte> head) => head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8);
}
