using System.Text.RegularExpressions;
using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Tests.Storage;

public partial class ObjectKeysTests
{
    private static readonly string s_sha256 = Hashes.Sha256("a photo");

    [Theory]
    [InlineData("4711", "4711_0_HASH.jpg")]
    [InlineData("0b1c-22", "0b1c-22_0_HASH.jpg")]
    [InlineData("a/b c", "a.2Fb.20c_0_HASH.jpg")]
    [InlineData("../../etc", ".2E.2E.2F.2E.2E.2Fetc_0_HASH.jpg")]
    [InlineData("é", ".C3.A9_0_HASH.jpg")]
    [InlineData("test", "te-st_0_HASH.jpg")]
    [InlineData("user-val-7", "user-va-l-7_0_HASH.jpg")]
    [InlineData("contest", "contest_0_HASH.jpg")]
    public void CandidateName_AnyPrediction_IsSafeAndHoldsNoSplitWord(string prediction, string expected) =>
        Assert.Equal(expected.Replace("HASH", s_sha256[..8], StringComparison.Ordinal), ObjectKeys.CandidateName(prediction, 0, s_sha256, "jpg"));

    [Fact]
    public void CandidateName_LaterGeneration_SaysSoBeforeTheExtension()
    {
        var name = ObjectKeys.CandidateName("7", 3, s_sha256, "png", generation: 12);

        Assert.Equal($"7_3_{s_sha256[..8]}-g12.png", name);
        Assert.Equal(12, ObjectKeys.GenerationOf(name));
        Assert.Equal(1, ObjectKeys.GenerationOf("7_3_00000000.png"));
        Assert.True(ObjectKeys.IsOwnName(name));
    }

    [Theory]
    [InlineData("My photo (1)", "My photo (1)_HASH.jpg")]
    [InlineData("my test photo", "my te-st photo_HASH.jpg")]
    [InlineData("train", "tr-ain_HASH.jpg")]
    [InlineData("Größe 2", "Größe 2_HASH.jpg")]
    [InlineData("a?b#c%", "a.3Fb.23c.25_HASH.jpg")]
    public void GoldName_AnyStem_StaysReadableAndHoldsNoSplitWord(string stem, string expected) =>
        Assert.Equal(expected.Replace("HASH", s_sha256[..8], StringComparison.Ordinal), ObjectKeys.GoldName(stem, s_sha256, "jpg"));

    [Theory]
    [InlineData("dataset_info.md")]
    [InlineData("Queen/holiday.jpg")]
    [InlineData("Queen/.DS_Store")]
    [InlineData("Queen/7_0_0123456.jpg")]
    public void IsOwnName_ForeignFile_IsFalse(string name) => Assert.False(ObjectKeys.IsOwnName(name));

    [Fact]
    public void CandidateName_RandomPredictions_AreDistinctAndObeyTheGrammar()
    {
        const int Seed = 20261005;
        var dice = new Random(Seed);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var round = 0; round < 100_000; round++)
        {
            var prediction = string.Concat(Enumerable.Range(0, dice.Next(1, 12)).Select(_ => dice.Next(3) == 0 ? (char)dice.Next(1, 0xD7FF) : (char)dice.Next(' ', '~')));
            var name = ObjectKeys.CandidateName(prediction, dice.Next(4), s_sha256, "jpg");
            Assert.Matches(Grammar(), name);
            Assert.DoesNotMatch(SplitWord(), name);
            if (!names.TryAdd(name[..^(s_sha256[..8].Length + ".jpg".Length + 2)], prediction))
            {
                Assert.Equal(names[name[..^(s_sha256[..8].Length + ".jpg".Length + 2)]], prediction);
            }
        }
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,140}$")]
    private static partial Regex Grammar();

    // As Hugging Face's datasets library finds them.
    [GeneratedRegex(@"(^|[-._ 0-9/])(train|training|validation|valid|dev|val|test|testing|eval|evaluation)([-._ 0-9]|$)")]
    private static partial Regex SplitWord();
}
