using DatasetAdmin.Core.Datasets;

namespace DatasetAdmin.Tests.Datasets;

public class DatasetVersionTests
{
    [Fact]
    public void TryParse_Version_RoundTripsAndCountsOn()
    {
        Assert.True(DatasetVersion.TryParse("2026-10-v9", out var version));
        Assert.Equal("2026-10-v9", version.ToString());
        Assert.Equal("2026-10-v10", version.Next.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2026-10")]
    [InlineData("2026-10-v0")]
    [InlineData("2026-10-v-1")]
    [InlineData("2026-13-v1")]
    [InlineData("2026-10-vx")]
    public void TryParse_NoVersion_IsFalse(string? text) => Assert.False(DatasetVersion.TryParse(text, out _));
}
