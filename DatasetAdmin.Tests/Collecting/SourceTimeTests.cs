using System.Globalization;
using DatasetAdmin.Core.Collecting;

namespace DatasetAdmin.Tests.Collecting;

public class SourceTimeTests
{
    [Theory]
    [InlineData("2026-11-06", "2026-11-06T00:00:00.0000000Z")]
    [InlineData("2026-11-06 10:00", "2026-11-06T10:00:00.0000000Z")]
    [InlineData("2026-11-06 10:00:00", "2026-11-06T10:00:00.0000000Z")]
    [InlineData("2026-11-06T10:00:00", "2026-11-06T10:00:00.0000000Z")]
    [InlineData("2026-11-06T10:00:00Z", "2026-11-06T10:00:00.0000000Z")]
    [InlineData("2026-11-06t10:00:00z", "2026-11-06T10:00:00.0000000Z")]
    [InlineData("2026-11-06 23:59:59.999999", "2026-11-06T23:59:59.9999990Z")]
    [InlineData("2026-11-06 10:00:00.1", "2026-11-06T10:00:00.1000000Z")]
    [InlineData("2026-11-06 10:00:00.123456789", "2026-11-06T10:00:00.1234567Z")]
    [InlineData("2026-11-06 10:00:00+02", "2026-11-06T08:00:00.0000000Z")]
    [InlineData("2026-11-06T10:00:00+02:00", "2026-11-06T08:00:00.0000000Z")]
    [InlineData("2026-11-06 10:00:00.5 -0530", "2026-11-06T15:30:00.5000000Z")]
    [InlineData("2026-11-06 00:30:00+02:00", "2026-11-05T22:30:00.0000000Z")]
    [InlineData("1794052800", "2026-11-07T12:00:00.0000000Z")]
    [InlineData("1794052800.25", "2026-11-07T12:00:00.2500000Z")]
    [InlineData("1794052800123", "2026-11-07T12:00:00.1230000Z")]
    public void ParseOrNull_Time_IsExactAndUtc(string text, string expected)
    {
        var time = SourceTime.ParseOrNull(text);

        Assert.Equal(expected, time?.ToString("O", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("infinity")]
    [InlineData("-infinity")]
    [InlineData("2026-13-01")]
    [InlineData("2026-02-30 10:00:00")]
    [InlineData("2026-11-06 25:00:00")]
    [InlineData("2026-11-06 10:00:00 Europe/Berlin")]
    [InlineData("0044-03-15 10:00:00 BC")]
    [InlineData("12026-11-06 10:00:00")]
    [InlineData("0001-01-01 00:00:00+02")]
    [InlineData("9999999999999999999999999999")]
    [InlineData("1e400")]
    [InlineData("06.11.2026")]
    public void ParseOrNull_NoTime_IsNull(string? text) => Assert.Null(SourceTime.ParseOrNull(text));
}
