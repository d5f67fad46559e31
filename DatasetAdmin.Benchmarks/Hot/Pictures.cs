using BenchmarkDotNet.Attributes;
using DatasetAdmin.Core.Images;
using Microsoft.Extensions.Options;
using NetVips;

namespace DatasetAdmin.Benchmarks.Hot;

/// <summary>What is done with a photo of 1600 x 1200 in each format.</summary>
public class Pictures
{
    private readonly ImageInspector _inspector = new(Options.Create(new ImageLimitOptions()));
    private byte[] _file = [];

    [Params("jpeg", "progressive", "png", "webp", "avif")]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void Encode()
    {
        VipsSetup.Apply();
        using var picture = Image.JpegloadBuffer(Photos.Large().Get(0));
        _file = Format switch
        {
            "jpeg" => picture.JpegsaveBuffer(q: 82),
            "progressive" => picture.JpegsaveBuffer(q: 82, interlace: true),
            "png" => picture.PngsaveBuffer(compression: 3),
            "webp" => picture.WebpsaveBuffer(q: 82, effort: 0),
            _ => picture.HeifsaveBuffer(q: 60, compression: Enums.ForeignHeifCompression.Av1, effort: 0),
        };
    }

    [Benchmark]
    public bool Inspect() => _inspector.Inspect(_file).Facts is not null ? true : throw new InvalidOperationException("A good photo was refused.");

    [Benchmark]
    public int Thumbnail() => ThumbnailMaker.MakeOrNull(_file, Thumbnails.Small, 50_000_000)!.Length;

    [Benchmark]
    public int LargeThumbnail() => ThumbnailMaker.MakeOrNull(_file, Thumbnails.Large, 50_000_000)!.Length;
}
