using DatasetAdmin.Web.Configuration;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace DatasetAdmin.Tests.Web.Configuration;

public class LegacyEnvironmentTests
{
    [Fact]
    public void AddLegacyEnvironment_AllVariables_BecomeOurSettings()
    {
        var configuration = Read(new()
        {
            ["DB_HOST"] = "db",
            ["DB_PORT"] = "5433",
            ["DB_USER"] = "reader",
            ["DB_PASSWORD"] = "p;a'ss\"=word",
            ["DB_NAME"] = "product",
            ["MINIO_ENDPOINT"] = "minio:9000",
            ["MINIO_ROOT_USER"] = "key",
            ["MINIO_ROOT_PASSWORD"] = "secret",
            ["MINIO_SECURE"] = "true",
            ["STYLE_PHOTO_BUCKET"] = "photos",
            ["ML_ARTIFACTS_BUCKET"] = "artifacts",
        });

        var database = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString("UserStyles"));
        Assert.Equal(("db", 5433, "reader", "p;a'ss\"=word", "product"),
            (database.Host, database.Port, database.Username, database.Password, database.Database));
        Assert.Equal("minio:9000", configuration["Minio:Endpoint"]);
        Assert.Equal("key", configuration["Minio:AccessKey"]);
        Assert.Equal("secret", configuration["Minio:SecretKey"]);
        Assert.True(configuration.GetValue<bool>("Minio:Secure"));
        Assert.Equal("photos", configuration["Buckets:Photos"]);
        Assert.Equal("artifacts", configuration["Buckets:Artifacts"]);
    }

    [Theory]
    [InlineData("https://minio.example.org", null, "minio.example.org", "True")]
    [InlineData("HTTPS://minio.example.org:9000/", "false", "minio.example.org:9000", "True")]
    [InlineData("http://minio:9000", "true", "minio:9000", "False")]
    [InlineData("minio:9000", "1", "minio:9000", "True")]
    [InlineData("minio:9000", "no", "minio:9000", "False")]
    [InlineData("minio:9000", null, "minio:9000", null)]
    public void AddLegacyEnvironment_Endpoint_LosesItsScheme(string endpoint, string? secure, string expected, string? expectedSecure)
    {
        var configuration = Read(new() { ["MINIO_ENDPOINT"] = endpoint, ["MINIO_SECURE"] = secure });

        Assert.Equal(expected, configuration["Minio:Endpoint"]);
        Assert.Equal(expectedSecure, configuration["Minio:Secure"]);
    }

    [Fact]
    public void AddLegacyEnvironment_KeySetElsewhere_KeepsItsValue()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection([new("Minio:Endpoint", "ours:9000")]);
        configuration.AddLegacyEnvironment(name => name is "MINIO_ENDPOINT" ? "theirs:9000" : name is "STYLE_PHOTO_BUCKET" ? "photos" : null);

        Assert.Equal("ours:9000", configuration["Minio:Endpoint"]);
        Assert.Equal("photos", configuration["Buckets:Photos"]);
    }

    [Fact]
    public void AddLegacyEnvironment_NoHostOrEmptyVariables_SetsNothing()
    {
        var configuration = Read(new() { ["DB_USER"] = "somebody", ["DB_PASSWORD"] = "else", ["DB_HOST"] = " ", ["MINIO_ENDPOINT"] = "" });

        Assert.DoesNotContain(configuration.AsEnumerable(), item => item.Value is not null);
    }

    [Theory]
    [InlineData("DB_PORT", "tcp://10.0.0.1:5432")]
    [InlineData("MINIO_SECURE", "perhaps")]
    public void AddLegacyEnvironment_NonsenseValue_NamesTheVariable(string name, string value)
    {
        var fault = Assert.Throws<SettingException>(() => Read(new() { ["DB_HOST"] = "db", [name] = value }));

        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        Assert.Contains(value, fault.Message, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Read(Dictionary<string, string?> variables) =>
        (IConfigurationRoot)new ConfigurationBuilder().AddLegacyEnvironment(variables.GetValueOrDefault).Build();
}
