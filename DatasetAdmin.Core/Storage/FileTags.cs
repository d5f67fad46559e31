using System.Globalization;

namespace DatasetAdmin.Core.Storage;

/// <summary>A file as an object: its ETag is its length and time, so that a link or a copy that keeps the time keeps the tag.</summary>
internal static class FileTags
{
    private static long s_last;

    public static StoredObject Describe(string key, long length, DateTime lastWrite) =>
        new(key, length, string.Create(CultureInfo.InvariantCulture, $"{length:x}-{lastWrite.Ticks:x}"), lastWrite);

    public static StoredObject? DescribeOrNull(string key, string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? Describe(key, file.Length, file.LastWriteTimeUtc) : null;
    }

    /// <summary>A time that no file of this process had yet, nor the one that is replaced: two writes within a tick must not share a tag.</summary>
    public static DateTime NewTime(StoredObject? replaced)
    {
        while (true)
        {
            var last = Interlocked.Read(ref s_last);
            var next = Math.Max(DateTime.UtcNow.Ticks, Math.Max(last, replaced?.LastModified.Ticks ?? 0) + 1);
            if (Interlocked.CompareExchange(ref s_last, next, last) == last)
            {
                return new DateTime(next, DateTimeKind.Utc);
            }
        }
    }
}
