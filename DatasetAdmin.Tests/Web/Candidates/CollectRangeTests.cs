using System.Globalization;
using DatasetAdmin.Web.Components.Candidates;

namespace DatasetAdmin.Tests.Web.Candidates;

public class CollectRangeTests
{
    [Theory]
    [InlineData("2026-10-01", null, 1, null)]
    [InlineData("2026-10-01", "2026-10-03", 3, null)]
    [InlineData("2026-10-08", "2026-10-08", 1, null)]
    [InlineData(null, "2026-10-03", 0, "Choose the first day.")]
    [InlineData("2026-10-03", "2026-10-01", 0, "The last day lies before the first.")]
    [InlineData("2026-10-03", "2026-10-09", 0, "2026-10-09 lies in the future: today is 2026-10-08 (UTC).")]
    [InlineData("2020-10-03", "2026-10-01", 0, "At most 366 days at a time.")]
    public void Plan_ARange_IsItsDaysOrWhyNot(string? from, string? to, int days, string? refusal)
    {
        var planned = CollectRange.Plan(Day(from), Day(to), new(2026, 10, 8));

        Assert.Equal(refusal, planned.Refusal);
        Assert.Equal(days, planned.Days.Count);
    }

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
