using Bunit;
using DatasetAdmin.Web.Components.Shared;

namespace DatasetAdmin.Tests.Web.Shared;

public class ClassBarsTests
{
    [Fact]
    public async Task Render_TwoSeries_DrawsPartsInProportionAndSaysTheNumbers()
    {
        await using var context = new SiteContext();

        var bars = context.Render<ClassBars>(parameters => parameters
            .Add(chart => chart.Caption, "Images by class")
            .Add(chart => chart.Series, ["gold", "new"])
            .Add(chart => chart.Bars, [new("Queen", [300, 900], "/queen"), new("Fire", [0, 600]), new("Warm", [0, 0])]));

        var rows = bars.FindAll("tbody tr");
        Assert.Equal(["width:25%", "width:75%"], rows[0].QuerySelectorAll("i").Select(part => part.GetAttribute("style")!));
        Assert.Equal(["width:50%"], rows[1].QuerySelectorAll("i").Select(part => part.GetAttribute("style")!));
        Assert.Empty(rows[2].QuerySelectorAll("i"));
        Assert.Equal(["300", "900", "1,200"], rows[0].QuerySelectorAll("td.number").Select(cell => cell.TextContent));
        Assert.Equal("/queen", rows[0].QuerySelector("th a")!.GetAttribute("href"));
    }
}
