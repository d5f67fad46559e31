using DatasetAdmin.Core.Datasets;

namespace DatasetAdmin.Tests.Datasets;

public class MonthTests
{
    [Theory]
    [InlineData("2026-10", "2026-10-01", "2026-10-31")]
    [InlineData("2024-02", "2024-02-01", "2024-02-29")]
    public void Parse_ValidMonth_KnowsItsDays(string text, string first, string last)
    {
        var month = Month.Parse(text);

        Assert.Equal(text, month.ToString());
        Assert.Equal(DateOnly.Parse(first, null), month.FirstDay);
        Assert.Equal(DateOnly.Parse(last, null), month.LastDay);
        Assert.Equal(month.LastDay.Day, month.Days.Count());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2026-13")]
    [InlineData("2026-1")]
    [InlineData("2026-10-01")]
    [InlineData("October")]
    public void TryParse_NotAMonth_IsFalse(string? text) => Assert.False(Month.TryParse(text, out _));
}
