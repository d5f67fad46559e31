using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;

namespace DatasetAdmin.Web.Components.Datasets;

/// <summary>
/// Shows a document of the store as a page: tables, lists and code. HTML in it stays text, and links and pictures go away, since
/// whoever can write to the store must not lead the site's readers anywhere.
/// </summary>
internal static class MarkdownHtml
{
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    public static MarkupString Render(string markdown)
    {
        var document = Markdown.Parse(markdown, s_pipeline);
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            link.ReplaceBy(new LiteralInline(link.Label ?? ""), copyChildren: true);
        }

        foreach (var link in document.Descendants<AutolinkInline>().ToList())
        {
            link.ReplaceBy(new LiteralInline(link.Url));
        }

        // The page has its own title.
        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            heading.Level = Math.Min(6, heading.Level + 1);
        }

        return new(document.ToHtml(s_pipeline));
    }
}
