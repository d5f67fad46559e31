using System.Buffers;
using System.Net;
using System.Security.Cryptography;

namespace DatasetAdmin.Core.Storage;

/// <summary>
/// What is to be stored, measured before the first byte is sent: its length and MD5 go ahead of it, so that a server can
/// refuse a body that ended early, and it can be sent again. Disposing it leaves the caller's stream open.
/// </summary>
internal sealed class Upload : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly bool _spooled;
    private readonly long _start;

    private Upload(Stream stream, bool spooled, long start, long length, byte[] md5)
    {
        (_stream, _spooled, _start, Length, Md5) = (stream, spooled, start, length, md5);
    }

    public long Length { get; }

    public byte[] Md5 { get; }

    /// <summary>Measures what <paramref name="content"/> yields from its position on; what can't be read twice goes through a temporary file.</summary>
    /// <exception cref="EndOfStreamException">The content ended before its own length.</exception>
    public static async Task<Upload> MeasureAsync(Stream content, CancellationToken cancellationToken)
    {
        if (content.CanSeek)
        {
            var start = content.Position;
            var announced = content.Length - start;
            var (length, md5) = await HashAsync(content, Stream.Null, cancellationToken);
            if (length < announced)
            {
                throw new EndOfStreamException($"The content ended after {length} of {announced} bytes.");
            }

            return new Upload(content, spooled: false, start, length, md5);
        }

        var spool = new FileStream(Path.GetTempFileName(), new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        });
        try
        {
            var (length, md5) = await HashAsync(content, spool, cancellationToken);
            return new Upload(spool, spooled: true, 0, length, md5);
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    /// <summary>The bytes as a request's body. Can be asked for again for another try.</summary>
    public HttpContent ToContent() => new Body(this);

    public ValueTask DisposeAsync() => _spooled ? _stream.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>The MD5 of a stream's bytes.</summary>
    public static async Task<byte[]> HashAsync(Stream content, CancellationToken cancellationToken) =>
        (await HashAsync(content, Stream.Null, cancellationToken)).Md5;

    private static async Task<(long Length, byte[] Md5)> HashAsync(Stream content, Stream copy, CancellationToken cancellationToken)
    {
#pragma warning disable CA5351 // S3's own checksum of a body; nothing secret hangs on it.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
        var length = 0L;
        var buffer = ArrayPool<byte>.Shared.Rent(81920);
        try
        {
            int count;
            while ((count = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, count);
                length += count;
                await copy.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return (length, hash.GetHashAndReset());
    }

    private sealed class Body : HttpContent
    {
        private readonly Upload _upload;

        public Body(Upload upload)
        {
            _upload = upload;
            Headers.ContentMD5 = upload.Md5;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            _upload._stream.Position = _upload._start;
            var left = _upload.Length;
            var buffer = ArrayPool<byte>.Shared.Rent(81920);
            try
            {
                while (left > 0)
                {
                    var count = await _upload._stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
                    if (count == 0)
                    {
                        throw new EndOfStreamException("The content got shorter while it was sent.");
                    }

                    await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                    left -= count;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _upload.Length;
            return true;
        }
    }
}
