using System.Security.Cryptography;
using System.Text;

namespace DatasetAdmin.Core.Storage;

/// <summary>Hashes as they stand in manifests: lower-case hex.</summary>
public static class Hashes
{
    public static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>What S3 stores give as the ETag of a plain upload; nothing secret hangs on it.</summary>
    public static string Md5(ReadOnlySpan<byte> bytes) =>
#pragma warning disable CA5351
        Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    /// <summary>The hash of a local file's bytes.</summary>
    public static async Task<string> Sha256OfFileAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    /// <summary>The hash of an object's bytes, or null when the key holds nothing.</summary>
    public static async Task<string?> Sha256OfObjectOrNullAsync(IObjectStore store, string key, CancellationToken cancellationToken)
    {
        string? hash = null;
        await store.ReadAsync(
            key, async (_, content, token) => hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, token)), cancellationToken);
        return hash;
    }
}
