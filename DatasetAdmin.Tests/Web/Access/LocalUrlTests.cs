using DatasetAdmin.Web.Access;

namespace DatasetAdmin.Tests.Web.Access;

/// <summary>Where a link may lead to after signing in.</summary>
public class LocalUrlTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/runs")]
    [InlineData("/runs?status=failed&target=2026-09-02")]
    [InlineData("/compare?left=verified%2F2026-10&right=2026-10-05#top")]
    [InlineData("/images/original/datasets/gold/queen/gr%C3%B6%C3%9Fe%20%281%29.jpg")]
    [InlineData("/a//b")]
    [InlineData("/?next=https://elsewhere.example/")]
    public void Of_APathOfThisSite_IsKept(string url) => Assert.Equal(url, LocalUrl.Of(url));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("runs")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("////evil.example/%2e%2e")]
    [InlineData("//evil.example@127.0.0.1/")]
    [InlineData("/\\evil.example")]
    [InlineData("/\\/evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("\\/evil.example")]
    [InlineData("/.\\\\evil.example")]
    [InlineData("/runs\\..\\..\\evil")]
    [InlineData(" //evil.example")]
    [InlineData(" /runs")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData("/\r/evil.example")]
    [InlineData("/\r\n/evil.example")]
    [InlineData("\t//evil.example")]
    [InlineData("/\0/evil.example")]
    [InlineData("/\u0085/evil.example")]
    [InlineData("/\u200b/evil.example")]
    [InlineData("/\u2028/evil.example")]
    [InlineData("/runs\r\nSet-Cookie: a=b")]
    [InlineData("/runs\nLocation: https://evil.example/")]
    [InlineData("/\uff0fevil.example")]
    [InlineData("\uff0f\uff0fevil.example")]
    [InlineData("/\u29f8evil.example")]
    [InlineData("/größe")]
    [InlineData("http://evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("HTTPS:evil.example")]
    [InlineData("http:/evil.example")]
    [InlineData("http:\\\\evil.example")]
    [InlineData("https://127.0.0.1@evil.example/")]
    [InlineData("https://127.0.0.1.evil.example/")]
    [InlineData("ftp://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("java\nscript:alert(1)")]
    [InlineData("JaVaScRiPt://127.0.0.1/%0aalert(1)")]
    [InlineData("data:text/html,<script>alert(1)</script>")]
    [InlineData("vbscript:msgbox(1)")]
    [InlineData("~/runs")]
    [InlineData("~//evil.example")]
    [InlineData("?next=/")]
    [InlineData("#//evil.example")]
    [InlineData("./runs")]
    [InlineData("..//evil.example")]
    [InlineData("%2f%2fevil.example")]
    [InlineData("/ /evil.example")]
    public void Of_AnythingElse_IsTheOverview(string? url) => Assert.Equal("/", LocalUrl.Of(url));

    [Fact]
    public void Of_APathThatIsTooLong_IsTheOverview()
    {
        Assert.Equal(2048, LocalUrl.Of($"/{new string('a', 2047)}").Length);
        Assert.Equal("/", LocalUrl.Of($"/{new string('a', 2048)}"));
    }

    // As browsers read what this gives: a path below any host stays there.
    [Theory]
    [InlineData("/.//evil.example")]
    [InlineData("/%2f/evil.example")]
    [InlineData("/%5cevil.example")]
    [InlineData("/%09/evil.example")]
    [InlineData("/@evil.example")]
    [InlineData("/:80")]
    public void Of_APathThatLooksLikeAnotherHost_StaysOnThisOne(string url) =>
        Assert.Equal("site.example", new Uri(new("https://site.example/sign-in"), LocalUrl.Of(url)).Host);
}
