using DatasetAdmin.Tests.Support;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Web.Overview;

public class OverviewOutageTests
{
    [Fact]
    public async Task Overview_StoreThenDatabaseAway_SaysWhatIsAwayAndComesBackWhenAsked()
    {
        var token = TestContext.Current.CancellationToken;
        await using var admin = await TestServers.OwnPostgresAsync();
        await using var s3 = await TestServers.OwnCephAsync();
        await using var pipeline = await TestPipeline.StartAsync(Backend.Servers, site: true, settings: new Dictionary<string, string>
        {
            ["ConnectionStrings:Admin"] = await admin.CreateDatabaseAsync(token),
            ["Minio:Endpoint"] = s3.Endpoint,
            ["Minio:AccessKey"] = s3.AccessKey,
            ["Minio:SecretKey"] = s3.SecretKey,
            ["Schedule:Enabled"] = "false",
        });
        await using var page = await TestPage.OpenAsync(pipeline.Url);
        await page.GoToAsync("/");
        await page.ExpectTextAsync("[data-state=empty]", "No day is collected yet.");

        await s3.StopAsync();
        await page.GoToAsync("/");
        await page.ExpectAsync(".attention li:has-text(\"Artifacts can't be reached\")");
        await page.ExpectAsync(".attention li:has-text(\"Photos can't be reached\")");
        await page.AssertAccessibleAsync();
        await s3.StartAsync();
        await ComesBackAsync(page);

        await admin.StopAsync();
        await page.GoToAsync("/");
        await page.ExpectAsync(".attention li:has-text(\"Own database can't be reached\")");
        await admin.StartAsync();
        await ComesBackAsync(page);
        page.AssertClean();
    }

    private static async Task ComesBackAsync(TestPage page)
    {
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await page.ExpectTextAsync("[data-state=empty]", "No day is collected yet.");
        await page.ExpectTextAsync(".attention", "Nothing: every day and month that is due is there.");
    }
}
