using Bunit;
using DatasetAdmin.Core.Evaluating;
using DatasetAdmin.Web.Components.Evaluating;

namespace DatasetAdmin.Tests.Web.Evaluating;

public class ConfusionMatrixTests
{
    [Fact]
    public async Task Render_SomeCells_ARowForEachVerifiedClassAndALinkForEachCount()
    {
        await using var context = new SiteContext();
        var evaluation = new ModelEvaluation(0, [new("Fire", "Fire", 30), new("Fire", "Queen", 10), new("Queen", "Queen", 1200)], []);

        var matrix = context.Render<ConfusionMatrix>(parameters => parameters
            .Add(table => table.Evaluation, evaluation)
            .Add(table => table.Classes, ["Fire", "Queen", "Warm"])
            .Add(table => table.CellUrl, (verified, predicted) => $"/{verified}/{predicted}"));

        Assert.Equal(["Fire", "Queen"], matrix.FindAll("tbody th").Select(head => head.TextContent));
        Assert.Equal(["30", "10", "1,200"], matrix.FindAll("tbody a").Select(link => link.TextContent));
        Assert.Equal("/Fire/Queen", matrix.FindAll("tbody a")[1].GetAttribute("href"));
        Assert.Equal("10 predictions: Fire, predicted as Queen", matrix.FindAll("tbody a")[1].GetAttribute("aria-label"));

        // 6 % at least, and 40 % where the whole row is in one cell.
        Assert.Equal(["--share:31.5%", "--share:14.5%", "--share:0%", "--share:0%", "--share:40%", "--share:0%"], matrix.FindAll("tbody td").Select(cell => cell.GetAttribute("style")!));
    }
}
