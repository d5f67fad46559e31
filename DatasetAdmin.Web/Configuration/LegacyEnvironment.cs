using System.Globalization;
using Npgsql;

namespace DatasetAdmin.Web.Configuration;

/// <summary>
/// The plain environment variables of the earlier system's <c>.env</c>, as settings of ours. The lowest in rank: a key that
/// is set anywhere else, a settings file included, keeps its value.
/// </summary>
public static class LegacyEnvironment
{
    /// <summary>Adds them below every source that is there already.</summary>
    public static IConfigurationBuilder AddLegacyEnvironment(this IConfigurationBuilder builder) =>
        builder.AddLegacyEnvironment(Environment.GetEnvironmentVariable);

    internal static IConfigurationBuilder AddLegacyEnvironment(this IConfigurationBuilder builder, Func<string, string?> variable)
    {
        builder.Sources.Insert(0, new Source(variable));
        return builder;
    }

    private sealed class Source(Func<string, string?> variable) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(variable);
    }

    private sealed class Provider(Func<string, string?> variable) : ConfigurationProvider
    {
        public override void Load()
        {
            Map("ConnectionStrings:UserStyles", ConnectionString());
            var (endpoint, secure) = Endpoint();
            Map("Minio:Endpoint", endpoint);
            Map("Minio:Secure", secure?.ToString());
            Map("Minio:AccessKey", Value("MINIO_ROOT_USER"));
            Map("Minio:SecretKey", Value("MINIO_ROOT_PASSWORD"));
            Map("Buckets:Photos", Value("STYLE_PHOTO_BUCKET"));
            Map("Buckets:Artifacts", Value("ML_ARTIFACTS_BUCKET"));
        }

        private string? ConnectionString()
        {
            // Without a host there is no source; the other variables alone may be anybody's.
            if (Value("DB_HOST") is not { } host)
            {
                return null;
            }

            var built = new NpgsqlConnectionStringBuilder { Host = host };
            if (Value("DB_PORT") is { } port)
            {
                built.Port = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536
                    ? number
                    : throw new SettingException($"DB_PORT is '{port}': write a port's number, such as 5432.");
            }

            if (Value("DB_NAME") is { } name)
            {
                built.Database = name;
            }

            if (Value("DB_USER") is { } user)
            {
                built.Username = user;
            }

            if (Value("DB_PASSWORD") is { } password)
            {
                built.Password = password;
            }

            return built.ConnectionString;
        }

        private (string? Endpoint, bool? Secure) Endpoint()
        {
            var text = Value("MINIO_SECURE");
            var secure = text?.ToUpperInvariant() switch
            {
                null => (bool?)null,
                "TRUE" or "1" or "YES" or "ON" => true,
                "FALSE" or "0" or "NO" or "OFF" => false,
                _ => throw new SettingException($"MINIO_SECURE is '{text}': write true or false."),
            };

            // A scheme in the address says it more plainly than the variable beside it.
            var endpoint = Value("MINIO_ENDPOINT")?.TrimEnd('/');
            return endpoint switch
            {
                not null when Without(endpoint, "https://") is { } rest => (rest, true),
                not null when Without(endpoint, "http://") is { } rest => (rest, false),
                _ => (endpoint, secure),
            };
        }

        private static string? Without(string text, string scheme) =>
            text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? text[scheme.Length..] : null;

        private string? Value(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;

        private void Map(string key, string? value)
        {
            if (value is not null)
            {
                Data[key] = value;
            }
        }
    }
}
