namespace DatasetAdmin.Web.Access;

/// <summary>Where to go after signing in: a page of this site, whatever a link says.</summary>
internal static class LocalUrl
{
    /// <summary>The address if it is a path of this site, else the overview.</summary>
    public static string Of(string? url) => IsLocal(url) ? url! : AppUrls.Overview;

    private const int MaxLength = 2048;

    // What browsers take for another host: "//host", "/\host", and either with a control character in between, which they drop. Addresses of
    // ours are escaped, so that nothing else than printable ASCII is in them; a header could hold nothing else either.
    private static bool IsLocal(string? url) =>
        url is ['/', ..] and { Length: <= MaxLength } && (url.Length == 1 || url[1] is not '/') && url.All(character => character is > ' ' and < '\x7f' and not '\\');
}
