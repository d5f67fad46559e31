using DatasetAdmin.Web.Components.Shared;

namespace DatasetAdmin.Tests.Web.Shared;

public class GridLayoutTests
{
    [Theory]
    [InlineData(366, 3)]
    [InlineData(700, 4)]
    [InlineData(1200, 7)]
    [InlineData(120, 2)]
    public void Of_AWidth_FillsItWithWholeTiles(int width, int columns)
    {
        var layout = GridLayout.Of(width);

        Assert.Equal(columns, layout.Columns);
        Assert.InRange((layout.Columns * layout.TileWidth) + ((layout.Columns - 1) * GridLayout.Gap), width - layout.Columns, width);
        Assert.InRange(layout.MostRows * layout.RowHeight, 14_000_000, 15_000_000);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    [InlineData(8, 2)]
    [InlineData(100_000, 14_286)]
    public void RowsOf_ACount_HoldsAll(long images, long rows) => Assert.Equal(rows, GridLayout.Of(1200).RowsOf(images));
}
