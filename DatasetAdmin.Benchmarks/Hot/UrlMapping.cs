using BenchmarkDotNet.Attributes;
using DatasetAdmin.Core.Collecting;

namespace DatasetAdmin.Benchmarks.Hot;

/// <summary>A photo's URL to its key.</summary>
public class UrlMapping
{
    [Params(
        "user-7/photo (1).jpg",
        "/files/style-photos/user-7/photo (1).jpg",
        "https://style-photos.store.example/user-7/photo%20%281%29.jpg?X-Amz-Expires=3600&X-Amz-Signature=0a1b2c",
        "https://elsewhere.example/other/photo.jpg")]
    public string Url { get; set; } = "";

    [Benchmark]
    public object Map() => PhotoUrl.Map(Url, "style-photos");
}
