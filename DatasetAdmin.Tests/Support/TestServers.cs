namespace DatasetAdmin.Tests.Support;

/// <summary>
/// The real servers that tests run against: each is started when a test first asks for it, on a free loopback port with a
/// throwaway folder, shared by all tests of the process, and gone with the process. A server whose program is missing
/// fails the test with what to install; it is never skipped.
/// </summary>
/// <remarks>As they are shared, a test works in a database or bucket of its own.</remarks>
public static class TestServers
{
    /// <summary>A connection string of a role that may create databases; then that server is used instead of our own.</summary>
    public const string PostgresVariable = "DATASETADMIN_TEST_POSTGRES";

    /// <summary><c>http://ACCESS:SECRET@host:port</c>; then that server is used in the place of Ceph.</summary>
    public const string S3Variable = "DATASETADMIN_TEST_S3";

    private static readonly Lazy<Task<PostgresServer>> s_postgres = new(() =>
        Configured(PostgresVariable) is { } connectionString
            ? Task.FromResult(PostgresServer.Existing(connectionString))
            : PostgresServer.StartNewAsync());

    private static readonly Lazy<Task<S3Server>> s_ceph = new(() =>
        Configured(S3Variable) is { } url
            ? Task.FromResult(S3Server.Existing(url))
            : S3Server.StartNewAsync("ceph"));

    private static readonly Lazy<Task<S3Server>> s_swift = new(() => S3Server.StartNewAsync("swift"));

    public static Task<PostgresServer> PostgresAsync() => s_postgres.Value;

    /// <summary>The main S3 server: conditional writes are honoured.</summary>
    public static Task<S3Server> CephAsync() => s_ceph.Value;

    /// <summary>The other S3 server: no conditional writes.</summary>
    public static Task<S3Server> SwiftAsync() => s_swift.Value;

    /// <summary>A PostgreSQL server for one test alone, which may stop and start it. The test disposes it.</summary>
    public static Task<PostgresServer> OwnPostgresAsync() => PostgresServer.StartNewAsync();

    /// <summary>An S3 server for one test alone, which may stop and start it. The test disposes it.</summary>
    public static Task<S3Server> OwnCephAsync() => S3Server.StartNewAsync("ceph");

    private static string? Configured(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
