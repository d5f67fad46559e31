namespace DatasetAdmin.Core.Storage;

/// <summary>What an error of the file system means, told by its number.</summary>
internal static class FileFaults
{
    // Windows: ERROR_SHARING_VIOLATION, ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL. Elsewhere .NET passes errno on.
    private const int WindowsShared = unchecked((int)0x80070020);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int NoSpace = 28;
    private const int OverQuotaLinux = 122;
    private const int OverQuotaMac = 69;
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;

    /// <summary>Whether another process has the file open exclusively.</summary>
    public static bool IsLocked(IOException exception) => OperatingSystem.IsWindows()
        ? exception.HResult == WindowsShared
        : exception.HResult is WouldBlockLinux or WouldBlockMac;

    public static ObjectStoreException Describe(Exception exception, string bucket) => exception switch
    {
        UnauthorizedAccessException => new ObjectStoreException(
            ObjectStoreFault.AccessDenied, $"The files of the bucket '{bucket}' can't be reached; give this program's user access to DataFolder.", exception),
        IOException { HResult: WindowsDiskFull or WindowsHandleDiskFull } or IOException { HResult: NoSpace or OverQuotaLinux or OverQuotaMac } =>
            new ObjectStoreException(
                ObjectStoreFault.Full, $"The disk that holds the bucket '{bucket}' is full; free some space, or move DataFolder.", exception),
        EndOfStreamException => new ObjectStoreException(
            ObjectStoreFault.Unexpected, $"A file of the bucket '{bucket}' changed while it was read.", exception),
        _ => new ObjectStoreException(
            ObjectStoreFault.Unavailable, $"The files of the bucket '{bucket}' can't be read or written; check the disk of DataFolder.", exception),
    };

    public static ObjectStoreException BucketMissing(string bucket, string folder) => new(
        ObjectStoreFault.BucketMissing, $"The bucket '{bucket}' has no folder {folder}; make it, or set DataFolder or the bucket's name under Buckets.");
}
