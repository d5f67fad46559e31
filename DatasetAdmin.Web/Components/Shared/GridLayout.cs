namespace DatasetAdmin.Web.Components.Shared;

/// <summary>How a grid's tiles fit a width: whole pixels, so that rows stay where they are put.</summary>
/// <param name="Columns">Tiles in a row.</param>
/// <param name="TileWidth">Pixels.</param>
/// <param name="RowHeight">Pixels, with the gap below.</param>
internal readonly record struct GridLayout(int Columns, int TileWidth, int RowHeight)
{
    public const int Gap = 8;

    private const int CaptionHeight = 26;

    // Browsers don't draw what lies further down than this; 17.8 million is the least of them.
    private const long TallestGrid = 15_000_000;

    /// <summary>Portraits are a little taller than wide.</summary>
    public int PictureHeight => TileWidth * 5 / 4;

    /// <summary>How many rows a browser can scroll to.</summary>
    public long MostRows => TallestGrid / RowHeight;

    /// <param name="width">What there is for the grid, in pixels.</param>
    public static GridLayout Of(int width)
    {
        var least = width < 600 ? 104 : 150;
        var columns = Math.Max(2, (width + Gap) / (least + Gap));
        var tile = Math.Max(40, (width - ((columns - 1) * Gap)) / columns);
        return new(columns, tile, (tile * 5 / 4) + CaptionHeight + Gap);
    }

    public long RowsOf(long images) => (images + Columns - 1) / Columns;
}
