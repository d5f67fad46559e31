using System.Net;
using System.Text.RegularExpressions;
using DatasetAdmin.Web;

namespace DatasetAdmin.Benchmarks;

/// <summary>Who asks a site over plain HTTP, signed in as a browser does it.</summary>
internal static partial class SiteSession
{
    public const string Email = "admin@example.com";

    public const string Password = "nineteen green umbrellas";

    /// <summary>The settings with which a site has this admin.</summary>
    public static string[] Arguments { get; } = [$"--Admin:Email={Email}", $"--Admin:Password={Password}"];

    /// <summary>Signs in; the client keeps the session's cookie.</summary>
    public static async Task SignInAsync(HttpClient http)
    {
        var token = WebUtility.HtmlDecode(TokenField().Match(await http.GetStringAsync(AppUrls.SignIn)).Groups[1].Value);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token, ["email"] = Email, ["password"] = Password });
        using var response = await http.PostAsync($"{AppUrls.AccountPosts}/sign-in", form);
        response.EnsureSuccessStatusCode();
    }

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*value="([^"]+)""")]
    private static partial Regex TokenField();
}
