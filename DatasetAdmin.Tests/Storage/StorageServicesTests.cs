using DatasetAdmin.Core.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Tests.Storage;

public sealed class StorageServicesTests
{
    [Fact]
    public void AddStorage_NoEndpoint_UsesFiles()
    {
        using var provider = Services();

        var buckets = provider.GetRequiredService<Buckets>();

        Assert.IsType<FileObjectStore>(buckets.Photos);
        Assert.Equal(("style-photos", "ml-artifacts"), (buckets.Photos.Bucket, buckets.Artifacts.Bucket));
        Assert.Same(buckets, provider.GetRequiredService<Buckets>());
    }

    [Fact]
    public void AddStorage_Endpoint_UsesTheServer()
    {
        using var provider = Services(("Minio:Endpoint", "minio:9000"), ("Minio:AccessKey", "key"), ("Minio:SecretKey", "secret"), ("Buckets:Artifacts", "ours"));

        var buckets = provider.GetRequiredService<Buckets>();

        Assert.IsType<MinioObjectStore>(buckets.Photos);
        Assert.Equal("ours", Assert.IsType<MinioObjectStore>(buckets.Artifacts).Bucket);
    }

    [Theory]
    [InlineData("Minio:Endpoint", "http://minio:9000", "write 'minio:9000', and Minio:Secure=false")]
    [InlineData("Minio:Endpoint", "https://store.example/", "write 'store.example', and Minio:Secure=true")]
    [InlineData("Minio:Endpoint", "minio:port", "write host:port")]
    [InlineData("Minio:Endpoint", "minio:9000/path", "write host:port")]
    [InlineData("Minio:AccessKey", "", "Minio:AccessKey is missing")]
    [InlineData("Minio:SecretKey", " ", "Minio:SecretKey is missing")]
    [InlineData("Minio:Region", "", "Minio:Region is empty")]
    [InlineData("Buckets:Photos", "Style_Photos", "Buckets:Photos is 'Style_Photos'")]
    [InlineData("Buckets:Artifacts", "../up", "Buckets:Artifacts is '../up'")]
    [InlineData("Buckets:Artifacts", "style-photos", "are both 'style-photos'")]
    public void AddStorage_WrongSetting_SaysWhatToWrite(string key, string value, string says)
    {
        using var provider = Services(("Minio:Endpoint", "minio:9000"), ("Minio:AccessKey", "key"), ("Minio:SecretKey", "hunter2"), (key, value));

        var fault = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<Buckets>());

        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        foreach (var (key, value) in settings)
        {
            configuration[key] = value;
        }

        return new ServiceCollection().AddLogging().AddStorage(configuration).BuildServiceProvider();
    }
}
