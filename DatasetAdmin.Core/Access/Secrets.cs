using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace DatasetAdmin.Core.Access;

/// <summary>Random secrets of our own making, such as tokens: they are long enough that a plain hash of one tells nothing of it.</summary>
public static class Secrets
{
    private const int Bytes = 32;

    /// <summary>256 random bits, in characters that a URL and a shell leave alone.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>What is stored of a secret: its SHA-256 in hex.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
