using System.Net.Mime;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Diagnostics;

namespace DatasetAdmin.Web.Edge;

/// <summary>What somebody reads where the program failed: that it did, and a number under which its log says why. Nothing else.</summary>
internal static partial class Faults
{
    public static IApplicationBuilder UseFaults(this IApplicationBuilder app) => app.UseExceptionHandler(new ExceptionHandlerOptions
    {
        ExceptionHandler = AnswerAsync,
        StatusCodeSelector = exception => exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,

        // Told here, with the number that the reader has.
        SuppressDiagnosticsCallback = _ => true,
    });

    private static async Task AnswerAsync(HttpContext context)
    {
        var (exception, response) = (context.Features.Get<IExceptionHandlerFeature>()?.Error, context.Response);
        response.Headers.CacheControl = "no-store";
        if (response.StatusCode != StatusCodes.Status500InternalServerError)
        {
            await Results.Problem("The request can't be read.", statusCode: response.StatusCode).ExecuteAsync(context);
            return;
        }

        var reference = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        Log(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Faults)), exception, context.Request.Method, context.Request.Path, reference);
        if (!context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase)))
        {
            await Results.Problem("The program failed.", statusCode: response.StatusCode, extensions: new Dictionary<string, object?> { ["reference"] = reference }).ExecuteAsync(context);
            return;
        }

        // By hand: the page's own components may be what failed.
        response.ContentType = "text/html; charset=utf-8";
        await response.WriteAsync($"""
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Error · DatasetAdmin</title><link rel="stylesheet" href="/site.css"><script src="/site.js"></script></head>
            <body><main class="account fault"><h1>Something went wrong</h1><p>The program failed at this. Try again; if it fails again, tell an admin this number:</p><p><code>{reference}</code></p><p><a href="/">To the overview</a></p></main></body>
            </html>
            """, context.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed; who asked was given the number {Reference}")]
    private static partial void Log(ILogger logger, Exception? exception, string method, string path, string reference);
}
