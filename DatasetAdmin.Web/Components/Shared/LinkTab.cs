namespace DatasetAdmin.Web.Components.Shared;

/// <summary>A tab of <see cref="LinkTabs"/>.</summary>
public sealed record LinkTab(string Name, string Href, bool IsCurrent);
