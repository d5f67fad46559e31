using DatasetAdmin.Tests.Web;
using Microsoft.Playwright;

namespace DatasetAdmin.Tests.Commands;

/// <summary>A server that goes away under its readers.</summary>
[Collection(AloneCollection.Name)]
public class ConnectionTests
{
    [Fact]
    public async Task ServerStoppedAndStartedAgain_OpenPage_SaysSoAndComesBackByItself()
    {
        using var folder = new TestFolder();
        var url = SiteTests.FreeUrl();
        var first = await StartAsync(folder, url);
        await using var page = await TestPage.OpenAsync(url);
        await using (first)
        {
            await page.GoToAsync("/runs?status=failed");
            page.AssertClean();
        }

        await Assertions.Expect(page.Get("dialog.connection")).ToBeVisibleAsync();
        await page.ExpectTextAsync("#connection-title", "Connection lost");

        await using var second = await StartAsync(folder, url);
        await Assertions.Expect(page.Get("dialog.connection")).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await page.SettleAsync();
        Assert.Equal("failed", await page.Page.GetByRole(AriaRole.Combobox, new() { Name = "Status", Exact = true }).InputValueAsync());
        Assert.Equal("/runs?status=failed", page.Path);
    }

    private static async Task<TestProgram> StartAsync(TestFolder folder, string url)
    {
        var program = TestProgram.Start(folder.SiteSettings, $"--urls={url}");
        await program.WaitForAsync("Now listening on");
        return program;
    }
}
