using DatasetAdmin.Core.Browsing;
using DatasetAdmin.Core.Datasets;

namespace DatasetAdmin.Tests.Browsing;

public class ListReferenceTests
{
    public static TheoryData<string, ListReference> Forms => new()
    {
        { "verified/2026-10", ListReference.Of(DatasetKind.Verified, new(2026, 10)) },
        { "full/2026-10/v12", ListReference.Of(DatasetKind.Full, new(2026, 10), 12) },
        { "day/2026-11-06", ListReference.Of(new DateOnly(2026, 11, 6)) },
        { "gold", ListReference.Gold },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void TryParse_EachForm_GivesTheReferenceThatIsWrittenSo(string text, ListReference reference)
    {
        Assert.True(ListReference.TryParse(text, out var parsed));
        Assert.Equal(reference, parsed);
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("verified")]
    [InlineData("Verified/2026-10")]
    [InlineData("verified/2026-13")]
    [InlineData("verified/2026-10/2")]
    [InlineData("verified/2026-10/v0")]
    [InlineData("verified/2026-10/v-1")]
    [InlineData("verified/2026-10/v1/x")]
    [InlineData("day/2026-02-30")]
    [InlineData("day/2026-11")]
    [InlineData("gold/Queen")]
    [InlineData("../gold")]
    public void TryParse_AnythingElse_IsFalse(string? text) => Assert.False(ListReference.TryParse(text, out _));
}
