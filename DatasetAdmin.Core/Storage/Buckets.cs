namespace DatasetAdmin.Core.Storage;

/// <summary>The two buckets of design: the product's photos, only ever read, and the artifacts, which are ours.</summary>
public sealed record Buckets(IObjectStore Photos, IObjectStore Artifacts);
