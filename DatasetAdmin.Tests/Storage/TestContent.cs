using System.Security.Cryptography;
using System.Text;

namespace DatasetAdmin.Tests.Storage;

/// <summary>Bytes made on the fly: always the same for the same length, never held whole.</summary>
/// <param name="announced">What a seekable stream says it holds; more than <paramref name="length"/> makes it end early.</param>
internal sealed class TestContent(long length, bool seekable = true, long? announced = null) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => seekable;

    public override bool CanWrite => false;

    public override long Length => seekable ? announced ?? length : throw new NotSupportedException();

    public override long Position
    {
        get => seekable ? _position : throw new NotSupportedException();
        set => _position = seekable ? value : throw new NotSupportedException();
    }

    public static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    public static string Sha256(long length) => Convert.ToHexStringLower(SHA256.HashData(new TestContent(length)));

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, length - _position);
        for (var i = 0; i < count; i++)
        {
            var at = _position + i;
            buffer[i] = (byte)(at ^ (at >> 8) ^ (at >> 16));
        }

        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
