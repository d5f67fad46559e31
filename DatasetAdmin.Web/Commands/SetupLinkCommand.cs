using DatasetAdmin.Core.Access;

namespace DatasetAdmin.Web.Commands;

internal static class SetupLinkCommand
{
    public static Task<int> RunAsync(bool verbose, CancellationToken cancellationToken) =>
        CommandSession.RunAsync(
            verbose,
            async (services, token) =>
            {
                var code = await services.GetRequiredService<SetupLinks>().CreateAsync(token);
                var actor = new Actor(Environment.UserName, null, null, AuditChannel.CommandLine, null);
                await services.GetRequiredService<AuditLog>().WriteAsync(actor, AuditAction.Setup, "", "link made", AuditOutcome.Done, token);
                Console.WriteLine($"Open this on the site's address within {SetupLinks.Lifetime.TotalHours:0} hour. It works once, for a new admin or one that lost their way in:");
                Console.WriteLine(AppUrls.SetupWith(code));
                return ExitCode.Done;
            },
            cancellationToken);
}
