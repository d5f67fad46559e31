namespace DatasetAdmin.Core.Storage;

/// <summary>Says what a failure means in one sentence that names the setting to look at, and never a secret.</summary>
internal static class S3Faults
{
    /// <param name="setting">The setting that names the bucket.</param>
    public static ObjectStoreException Describe(S3Failure failure, string endpoint, string bucket, string setting)
    {
        var what = failure.Fault switch
        {
            ObjectStoreFault.Unavailable =>
                $"The object store at {endpoint} doesn't answer as it should ({failure.Message}); see that it runs and that Minio:Endpoint names it.",
            ObjectStoreFault.AccessDenied =>
                $"The object store at {endpoint} refuses access to the bucket '{bucket}' ({failure.Message}); check Minio:AccessKey, Minio:SecretKey, "
                + "what the key is allowed, and this machine's clock.",
            ObjectStoreFault.BucketMissing =>
                $"The bucket '{bucket}' doesn't exist at {endpoint}; create it, or set {setting} to the right name.",
            ObjectStoreFault.Full =>
                $"The object store at {endpoint} has no room left for the bucket '{bucket}' ({failure.Message}); free some space or extend it.",
            _ when failure.Code is "AuthorizationHeaderMalformed" or "PermanentRedirect" =>
                $"The object store at {endpoint} belongs to another region ({failure.Message}); set Minio:Region.",
            _ when failure.NotS3 || failure.Code is null =>
                $"What answers at {endpoint} isn't an S3 server ({failure.Message}); Minio:Endpoint must name the store's S3 port, "
                + "not its console or a web server, and Minio:Secure whether it speaks https.",
            _ => $"The object store at {endpoint} refused a request for the bucket '{bucket}' ({failure.Message}).",
        };
        return new ObjectStoreException(failure.Fault, what, failure);
    }
}
