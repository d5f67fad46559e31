namespace DatasetAdmin.Core.Storage;

/// <summary>Section <c>Minio</c>: the S3-compatible server. Without <see cref="Endpoint"/> the file store is used.</summary>
public sealed class MinioOptions
{
    public const string Section = "Minio";

    /// <summary><c>host:port</c>, without a scheme.</summary>
    public string? Endpoint { get; set; }

    public string? AccessKey { get; set; }

    public string? SecretKey { get; set; }

    /// <summary>Whether the server is spoken to over https.</summary>
    public bool Secure { get; set; }

    public string Region { get; set; } = "us-east-1";
}

/// <summary>Section <c>Buckets</c>.</summary>
public sealed class BucketOptions
{
    public const string Section = "Buckets";

    /// <summary>The bucket that the product stores photos in; only read.</summary>
    public string Photos { get; set; } = "style-photos";

    /// <summary>The bucket of candidates, datasets and gold.</summary>
    public string Artifacts { get; set; } = "ml-artifacts";

    /// <summary>Whether a missing artifacts bucket is created at start. A missing photo bucket is always an error, except in the embedded sample.</summary>
    public bool CreateMissing { get; set; } = true;
}
