using System.Text;

namespace DatasetAdmin.Core.Storage;

/// <summary>What a key may look like, and the order of keys: the same for every store.</summary>
public static class ObjectKeyRules
{
    /// <summary>The longest key that S3 takes, in UTF-8 bytes.</summary>
    public const int MaxBytes = 1024;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Ordinal order of the UTF-8 bytes, the order in which stores list.</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(CompareUtf8);

    /// <summary>
    /// Refuses a key that isn't relative, has an empty, <c>.</c> or <c>..</c> segment, a control character or a backslash,
    /// isn't Unicode, or is longer than <see cref="MaxBytes"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The key breaks a rule; the message says which.</exception>
    public static void Check(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        CheckCharacters(key);
        foreach (var range in key.AsSpan().Split('/'))
        {
            if (key.AsSpan(range) is "" or "." or "..")
            {
                throw new ArgumentException($"The key '{key}' has an empty, '.' or '..' segment.", nameof(key));
            }
        }
    }

    /// <summary>Refuses a listing's prefix or starting point that no key could have. It may be empty or end within a segment.</summary>
    /// <exception cref="ArgumentException">The prefix breaks a rule; the message says which.</exception>
    public static void CheckPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        CheckCharacters(prefix);
        var folder = prefix.LastIndexOf('/');
        if (folder >= 0)
        {
            Check(prefix[..folder]);
        }
    }

    private static void CheckCharacters(string key)
    {
        foreach (var character in key)
        {
            if (char.IsControl(character) || character == '\\')
            {
                throw new ArgumentException("A key has a control character or a backslash.", nameof(key));
            }
        }

        int bytes;
        try
        {
            bytes = s_strictUtf8.GetByteCount(key);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException("A key has half a surrogate pair.", nameof(key), e);
        }

        if (bytes > MaxBytes)
        {
            throw new ArgumentException($"A key has {bytes} bytes; {MaxBytes} is the most.", nameof(key));
        }
    }

    // UTF-16 order differs from UTF-8 order only where surrogates (D800-DFFF) meet E000-FFFF.
    private static int CompareUtf8(string left, string right)
    {
        var shared = Math.Min(left.Length, right.Length);
        var at = left.AsSpan(0, shared).CommonPrefixLength(right.AsSpan(0, shared));
        if (at == shared)
        {
            return left.Length.CompareTo(right.Length);
        }

        return (char.IsSurrogate(left[at]), char.IsSurrogate(right[at])) switch
        {
            (true, false) => 1,
            (false, true) => -1,
            _ => left[at].CompareTo(right[at]),
        };
    }
}
