using System.Buffers;

namespace DatasetAdmin.Core.Storage;

/// <summary>
/// An object's bytes as a reader gets them: forward only, exactly as many as announced, and only so long waited for.
/// <see cref="Fault"/> keeps what went wrong on the store's side even where the reader swallowed it, as decoders do.
/// </summary>
internal sealed class BodyStream : Stream
{
    private readonly Stream _inner;
    private readonly long _length;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenSource _patience;
    private TimeSpan _left;
    private long _read;

    /// <param name="timeToWait">What waiting for the store may add up to; the reader's own time doesn't count.</param>
    public BodyStream(Stream inner, long length, TimeSpan timeToWait, CancellationToken cancellationToken)
    {
        _inner = inner;
        _length = length;
        _left = timeToWait;
        _cancellationToken = cancellationToken;
        _patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    public Exception? Fault { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Fault is not null)
        {
            throw Fault;
        }

        int count;
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            if (_left != Timeout.InfiniteTimeSpan)
            {
                _patience.CancelAfter(_left > TimeSpan.Zero ? _left : TimeSpan.Zero);
            }

            await using var registration = cancellationToken == _cancellationToken
                ? default
                : cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _patience);
            count = await _inner.ReadAsync(buffer, _patience.Token);
        }
        catch (OperationCanceledException e) when (!_cancellationToken.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Fault = new IOException("The body took too long.", new TimeoutException("The body took too long.", e));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Fault = e;
            throw;
        }

        if (_left != Timeout.InfiniteTimeSpan)
        {
            _patience.CancelAfter(Timeout.InfiniteTimeSpan);
            _left -= TimeProvider.System.GetElapsedTime(started);
        }

        _read += count;
        if (_read > _length || (count == 0 && buffer.Length > 0 && _read < _length))
        {
            throw Fault = new EndOfStreamException($"A body of {_length} bytes was announced and {_read} came.");
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        // Synchronous readers (decoders) have to be cut off as well, and only an asynchronous read can be.
        var rented = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length, 1));
        try
        {
            var count = ReadAsync(rented.AsMemory(0, buffer.Length), _cancellationToken).AsTask().GetAwaiter().GetResult();
            rented.AsSpan(0, count).CopyTo(buffer);
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            _patience.Dispose();
        }

        base.Dispose(disposing);
    }
}
