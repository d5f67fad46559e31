using Bunit;
using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Web.Components.Shared;

namespace DatasetAdmin.Tests.Web.Shared;

public class ImageTileViewTests
{
    [Theory]
    [InlineData("Queen", null, null, "Queen")]
    [InlineData("queen", null, null, "Queen")]
    [InlineData(null, null, null, "Queen")]
    [InlineData("Fire", null, "was Fire", "Queen, predicted as Fire")]
    [InlineData("Fire", "Soft", "was Soft", "Queen, on the left Soft")]
    [InlineData("Fire", "Queen", null, "Queen")]
    public async Task Render_PredictionAndLeftSide_SaysWhatItWasOnlyWhereThatDiffers(string? initial, string? left, string? was, string label)
    {
        await using var context = new SiteContext();

        var tile = context.Render<ImageTileView>(parameters => parameters
            .Add(view => view.Tile, Image("Queen", initial))
            .Add(view => view.LeftClass, left)
            .Add(view => view.Href, "/x"));

        Assert.Equal(was, tile.FindAll(".image-was").SingleOrDefault()?.TextContent);
        Assert.Equal(label, tile.Find("a").GetAttribute("aria-label"));
    }

    private static ListedImage Image(string name, string? initial) => new(
        0, "datasets/x", $"{name}/x.jpg", null, "candidate", name, null, "1", "2", 0, initial, false, null, null, null, null, [], "", "", 1, 64, 64, "jpeg", $"{name}/x.jpg", null, null, null, null, null, null);
}
