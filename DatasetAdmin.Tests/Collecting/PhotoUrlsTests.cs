using System.Text.Json;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Collecting;

namespace DatasetAdmin.Tests.Collecting;

public class PhotoUrlsTests
{
    private const string Damage = "[]{}\",:\\u0 \ud83c\0";

    private const string Neighbour = "http://minio/style-photos/1/a.jpg";

    [Theory]
    [InlineData("""["1/a.jpg","1/b.jpg"]""", "1/a.jpg,1/b.jpg")]
    [InlineData("""  [ "1/a.jpg" ]  """, "1/a.jpg")]
    [InlineData("""[{"url":"1/a.jpg"},{"url":"1/b.jpg","width":9}]""", "1/a.jpg,1/b.jpg")]
    [InlineData("""["1/a.jpg",{"url":"1/b.jpg"}]""", "1/a.jpg,1/b.jpg")]
    [InlineData("""{"urls":["1/a.jpg"],"count":1}""", "1/a.jpg")]
    [InlineData("""{"urls":[{"url":"1/a.jpg"}]}""", "1/a.jpg")]
    [InlineData(""" "[\"1/a.jpg\",\"1/b.jpg\"]" """, "1/a.jpg,1/b.jpg")]
    [InlineData(""" "{\"urls\":[\"1/a.jpg\"]}" """, "1/a.jpg")]
    [InlineData(""" "\"[\\\"1/a.jpg\\\"]\"" """, "1/a.jpg")]
    [InlineData(""" "http://minio/style-photos/1/a.jpg" """, "http://minio/style-photos/1/a.jpg")]
    [InlineData("http://minio/style-photos/1/a.jpg", "http://minio/style-photos/1/a.jpg")]
    [InlineData("/files/style-photos/1/My photo (1).jpg", "/files/style-photos/1/My photo (1).jpg")]
    [InlineData("42/a.jpg", "42/a.jpg")]
    [InlineData("7f3c/a.jpg", "7f3c/a.jpg")]
    [InlineData("-1/a.jpg", "-1/a.jpg")]
    [InlineData("""["1/a.jpg","1/a.jpg"]""", "1/a.jpg,1/a.jpg")]
    [InlineData("""["a","b","c","d","e","f"]""", "a,b,c,d,e,f")]
    [InlineData("""["1\/a.jpg","1/\u00e9.jpg"]""", "1/a.jpg,1/é.jpg")]
    public void Parse_UnderstoodShape_GivesItsUrlsInOrder(string text, string urls)
    {
        var entries = PhotoUrls.Parse(text, "1/unused.jpg");

        Assert.Equal(urls.Split(','), entries.Select(entry => entry.Url));
        Assert.Equal(Enumerable.Range(0, entries.Count), entries.Select(entry => entry.Index));
        Assert.All(entries, entry => Assert.Null(entry.Rejection));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  \n ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData(" [ ] ")]
    [InlineData("""{"urls":[]}""")]
    [InlineData("""{"urls":null}""")]
    [InlineData("\"\"")]
    [InlineData("\"  \"")]
    [InlineData("\"null\"")]
    [InlineData("\"[]\"")]
    public void Parse_None_FallsBackToPhotoUrl(string? text)
    {
        Assert.Empty(PhotoUrls.Parse(text, null));
        Assert.Empty(PhotoUrls.Parse(text, " "));
        Assert.Equal([new PhotoEntry(0, "1/a.jpg", null)], PhotoUrls.Parse(text, "1/a.jpg"));
    }

    public static TheoryData<string> Malformed => new(
        "[", "[,", "[1,", "[\"a\"", "[\"a\",]", "[\"a\" \"b\"]", "['a']", "[a]", "[\"a\"] x", "[\"a\"][\"b\"]", "[undefined]",
        "[NaN]", "[\"a\" /* b */]", "[\"a\nb\"]", "[\"\\x\"]", "[\"\\ud83\"]", "{", "{}", "{\"urls\"}", "{\"url\":\"a\"}", "{\"urls\":\"a\"}",
        "{\"urls\":{}}", "{\"urls\":1}", "{\"urls\":true}", "{\"URLS\":[\"a\"]}", "{\"photos\":[\"a\"]}", "{a.jpg,b.jpg}", "{'urls':['a']}",
        "0", "1", "-1.5e3", "123456789012345678901234567890", "true", "false", "\"", "\"abc", "\"a\"b\"", "\"[\"", "\"{}\"", "\"5\"", "\"true\"",
        "\"\\ud83c\"", "[\"\0\"]", "[\ud83c]", "\"[\\\"a\\\"\"", "\"\\\"\\\\\\\"[]\\\\\\\"\\\"\"", new string('[', 2000), new string('[', 50) + new string(']', 50),
        "[" + string.Join(",", Enumerable.Repeat("{\"a\":", 40)), "\"" + new string('x', 1 << 20) + "\"", "[\"" + new string('é', 600_000) + "\"]",
        new string('x', (1 << 20) + 1), "[" + string.Join(",", Enumerable.Repeat("\"a\"", 10_001)) + "]", "{\"urls\":[" + string.Join(",", Enumerable.Repeat("1", 20_000)) + "]}");

    [Theory]
    [MemberData(nameof(Malformed), DisableDiscoveryEnumeration = true)]
    public void Parse_AnythingElse_IsOneRejection(string text)
    {
        var entry = Assert.Single(PhotoUrls.Parse(text, "1/unused.jpg"));

        Assert.Equal((0, null), (entry.Index, entry.Url));
        Assert.Equal(RejectionReason.MalformedPhotoUrls, entry.Rejection!.Reason);
        Assert.NotEmpty(entry.Rejection.Detail);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("\"\"")]
    [InlineData("\"  \"")]
    [InlineData("\"\\t\\n\"")]
    [InlineData("[]")]
    [InlineData("[\"1/b.jpg\"]")]
    [InlineData("{}")]
    [InlineData("{\"href\":\"1/b.jpg\"}")]
    [InlineData("{\"url\":null}")]
    [InlineData("{\"url\":7}")]
    [InlineData("{\"url\":\"\"}")]
    [InlineData("{\"url\":[\"1/b.jpg\"]}")]
    [InlineData("{\"url\":{\"url\":\"1/b.jpg\"}}")]
    [InlineData("\"\\ud83c\"")]
    [InlineData("{\"\\ud83c\":\"1/b.jpg\"}")]
    public void Parse_EntryThatIsNoUrl_IsRejectedAloneAtItsPlace(string entry)
    {
        var entries = PhotoUrls.Parse($"[\"{Neighbour}\",{entry},\"{Neighbour}\"]", null);

        Assert.Equal([Neighbour, null, Neighbour], entries.Select(item => item.Url));
        Assert.Equal([0, 1, 2], entries.Select(item => item.Index));
        Assert.Equal([null, RejectionReason.MalformedUrl, null], entries.Select(item => item.Rejection?.Reason));
    }

    [Fact]
    public void Parse_MalformedPhotoUrl_IsOneRejection() =>
        Assert.Equal(RejectionReason.MalformedPhotoUrls, Assert.Single(PhotoUrls.Parse(null, "{broken")).Rejection?.Reason);

    [Fact]
    public void Parse_NulInAnEntry_IsLeftToItsUrl()
    {
        var entry = Assert.Single(PhotoUrls.Parse("""["1/a\u0000.jpg"]""", null));

        Assert.Equal(RejectionReason.MalformedUrl, PhotoUrl.Map(entry.Url, "style-photos").Rejection?.Reason);
    }

    [Fact]
    public void Parse_TenThousandEntries_AreAllThere() =>
        Assert.Equal(10_000, PhotoUrls.Parse("[" + string.Join(",", Enumerable.Repeat("\"a\"", 10_000)) + "]", null).Count);

    [Fact]
    public void Parse_RandomDamage_NeverThrows()
    {
        var whole = JsonSerializer.Serialize(new { urls = new object[] { "1/a.jpg", new { url = "1/é.jpg" }, "[\"x\"]" } });
        var random = new Random(20261106);
        for (var round = 0; round < 20_000; round++)
        {
            var text = whole.ToCharArray();
            for (var damage = random.Next(4); damage >= 0; damage--)
            {
                text[random.Next(text.Length)] = Damage[random.Next(Damage.Length)];
            }

            var entries = PhotoUrls.Parse(new string(text[..random.Next(text.Length + 1)]), null);

            Assert.All(entries, entry => Assert.Equal(entry.Url is null, entry.Rejection is not null));
        }
    }
}
