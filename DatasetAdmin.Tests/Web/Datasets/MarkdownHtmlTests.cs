using DatasetAdmin.Web.Components.Datasets;

namespace DatasetAdmin.Tests.Web.Datasets;

public class MarkdownHtmlTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("a <img src=x onerror=alert(1)> b")]
    [InlineData("[here](javascript:alert(1))")]
    [InlineData("![picture](https://elsewhere.example/a.png)")]
    [InlineData("<https://elsewhere.example/>")]
    [InlineData("[here]: https://elsewhere.example \"t\"\n\nsee [here]")]
    public void Render_HtmlLinksAndPictures_LeaveOnlyText(string markdown)
    {
        var html = MarkdownHtml.Render(markdown).Value;

        foreach (var tag in new[] { "<script", "<img", "<a ", "<a>" })
        {
            Assert.DoesNotContain(tag, html, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Render_TableAndHeading_AreShownBelowThePagesOwn()
    {
        var html = MarkdownHtml.Render("# Dataset\n\n| class | images |\n| --- | ---: |\n| Queen | 3 |\n").Value;

        Assert.Contains("<h2", html, StringComparison.Ordinal);
        Assert.Contains("<td>Queen</td>", html, StringComparison.Ordinal);
    }
}
