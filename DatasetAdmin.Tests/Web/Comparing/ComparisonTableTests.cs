using DatasetAdmin.Web.Components.Comparing;

namespace DatasetAdmin.Tests.Web.Comparing;

public class ComparisonTableTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1200, "+1,200")]
    [InlineData(-3, "−3")]
    public void Signed_AnyDifference_SaysItsDirection(long difference, string expected) => Assert.Equal(expected, ComparisonTable.Signed(difference));
}
