using Bunit;
using DatasetAdmin.Web.Components.Shared;

namespace DatasetAdmin.Tests.Web.Shared;

public class PageStateTests
{
    [Theory]
    [InlineData(true, false, false, null, "loading")]
    [InlineData(true, true, false, null, "busy")]
    [InlineData(false, true, false, null, "ready")]
    [InlineData(false, true, true, null, "empty")]
    [InlineData(false, false, false, "The store is away.", "failed")]
    public async Task Render_EachState_ShowsThatAlone(bool isLoading, bool hasContent, bool isEmpty, string? problem, string expected)
    {
        await using var context = new SiteContext();

        var state = Render(context, isLoading, hasContent, isEmpty, problem, () => { });

        Assert.Equal(expected, Assert.Single(state.FindAll("[data-state]")).GetAttribute("data-state"));
        Assert.Equal(expected is "ready" or "busy", state.Markup.Contains("the content", StringComparison.Ordinal));
        Assert.Equal(expected is "empty", state.Markup.Contains("do this first", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Render_FailedAfterAnEarlierLoad_KeepsWhatItHadAndOffersAnotherTry()
    {
        await using var context = new SiteContext();
        var tries = 0;

        var state = Render(context, isLoading: false, hasContent: true, isEmpty: false, "The store is away.", () => tries++);
        await state.Find("button").ClickAsync(new());

        Assert.Contains("the content", state.Markup, StringComparison.Ordinal);
        Assert.Equal("The store is away.", state.Find("[role=alert] .mud-alert-message div").TextContent);
        Assert.Equal(1, tries);
    }

    private static IRenderedComponent<PageState> Render(SiteContext context, bool isLoading, bool hasContent, bool isEmpty, string? problem, Action retry) =>
        context.Render<PageState>(parameters => parameters
            .Add(state => state.IsLoading, isLoading)
            .Add(state => state.HasContent, hasContent)
            .Add(state => state.IsEmpty, isEmpty)
            .Add(state => state.Problem, problem)
            .Add(state => state.OnRetry, retry)
            .Add(state => state.Empty, "do this first")
            .AddChildContent("the content"));
}
