using System.Text.Json;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Tests.Support;

namespace DatasetAdmin.Tests.EndToEnd;

/// <summary>What a scenario's day must come to.</summary>
internal sealed record ScenarioExpectation(long Images, long Verified, long Avif, IReadOnlyDictionary<string, long> Rejections);

/// <summary>Fills a day with predictions of every shape and photos of every kind, and says what must come of them.</summary>
internal static class ScenarioDay
{
    private static readonly string[] s_classes = ["Queen", "fire", " Warm ", "Business"];

    private static readonly (RejectionReason Reason, byte[] Bytes)[] s_brokenObjects =
    [
        (RejectionReason.EmptyObject, []),
        (RejectionReason.TooLarge, new byte[150_001]),
        (RejectionReason.TooManyPixels, TestImages.TooManyPixels()),
        (RejectionReason.TooSmall, TestImages.Tiny()),
        (RejectionReason.UnsupportedFormat, TestImages.Html()),
        (RejectionReason.CorruptImage, TestImages.TruncatedJpeg()),
        (RejectionReason.AnimatedImage, TestImages.AnimatedGif()),
    ];

    public static async Task<ScenarioExpectation> FillAsync(TestPipeline pipeline, DateOnly day, int predictions)
    {
        var bucket = pipeline.Buckets.Photos.Bucket;
        var rejections = new Dictionary<string, long>();
        long images = 0, verified = 0, avif = 0;
        var midnight = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        foreach (var (reason, bytes) in s_brokenObjects)
        {
            await pipeline.PutPhotoAsync($"broken/{reason.Name()} 1.jpg", bytes);
        }

        for (var number = 0; number < predictions; number++)
        {
            var isVerified = number % 3 == 0;
            var style = s_classes[number % s_classes.Length];
            List<string> keys = [];
            for (var photo = 0; photo <= number % 4; photo++)
            {
                var isAvif = number % 50 == 7 && photo == 0;
                var key = $"user {number % 90}/My photo ({number}-{photo}).jpg";
                await pipeline.PutPhotoAsync(key, isAvif ? TestImages.Avif(number, 96, 120) : Picture((number * 4) + photo));
                keys.Add(key);
                avif += isAvif ? 1 : 0;
                verified += isVerified && !isAvif ? 1 : 0;
            }

            images += keys.Count;
            var urls = keys.Select((key, index) => Url(number + index, bucket, key)).ToList();

            // Of every fifteen predictions, two have no photo at all, one has photo_urls that can't be read, one no class, one six photos.
            switch (number % 15)
            {
                case 10 or 11:
                    Take(keys.Count);
                    await pipeline.Predictions.AddAsync(number, At(number), style, number % 15 == 10 ? null : "[]", isVerified);
                    continue;
                case 12:
                    Take(keys.Count);
                    Reject(RejectionReason.MalformedPhotoUrls, 1);
                    await pipeline.Predictions.AddAsync(number, At(number), style, number % 2 == 0 ? "42" : "{\"photos\": true}", isVerified);
                    continue;
                case 13:
                    Take(keys.Count);
                    Reject(RejectionReason.UnknownClass, keys.Count);
                    await pipeline.Predictions.AddAsync(number, At(number), number % 2 == 0 ? "" : "Gothic", Shape(number, urls), isVerified);
                    continue;
                case 14:
                    urls = [.. urls, .. Enumerable.Repeat(Url(number, bucket, "broken/missing"), 6 - urls.Count)];
                    Reject(RejectionReason.MissingObject, 4 - keys.Count);
                    Reject(RejectionReason.TooManyPhotos, 2);
                    await pipeline.Predictions.AddAsync(number, At(number), style, Shape(0, urls), isVerified);
                    continue;
                default:
                    var (url, reason) = Broken(number, bucket);
                    if (keys.Count < 4 && number % 2 == 0)
                    {
                        urls.Add(url);
                        Reject(reason, 1);
                    }

                    await pipeline.Predictions.AddAsync(number, At(number), style, Shape(number, urls), isVerified);
                    continue;
            }

            void Take(int count)
            {
                images -= count;
                avif -= number % 50 == 7 ? 1 : 0;
                verified -= isVerified ? count - (number % 50 == 7 ? 1 : 0) : 0;
            }
        }

        return new(images, verified, avif, rejections);

        DateTime At(int number) => midnight.AddSeconds(number * (86_399.0 / predictions));

        void Reject(RejectionReason reason, long count)
        {
            if (count > 0)
            {
                rejections[reason.Name()] = rejections.GetValueOrDefault(reason.Name()) + count;
            }
        }
    }

    private static byte[] Picture(int seed) => (seed % 10) switch
    {
        3 => TestImages.Png(seed, 96, 120),
        6 => TestImages.WebP(seed, 96, 120),
        _ => TestImages.Jpeg(seed, 96, 120),
    };

    private static (string Url, RejectionReason Reason) Broken(int number, string bucket)
    {
        return ((number / 2) % 10) switch
        {
            0 => ($"/files/{bucket}/user/../secret.jpg", RejectionReason.MalformedUrl),
            1 => ("http://storage.example:9000/other-bucket/a.jpg", RejectionReason.OutsidePhotoBucket),
            2 => ($"/files/{bucket}/user/nothing here.jpg", RejectionReason.MissingObject),
            var kind => (Url(number, bucket, $"broken/{s_brokenObjects[kind - 3].Reason.Name()} 1.jpg"), s_brokenObjects[kind - 3].Reason),
        };
    }

    // Every way in which a URL names a key.
    private static string Url(int variant, string bucket, string key)
    {
        var encoded = string.Join('/', key.Split('/').Select(Uri.EscapeDataString));
        return (variant % 7) switch
        {
            0 => $"/files/{bucket}/{key}",
            1 => $"http://minio:9000/{bucket}/{encoded}",
            2 => $"https://{bucket}.s3.example.com/{encoded}?X-Amz-Expires=3600&X-Amz-Signature=abc",
            3 => $"s3://{bucket}/{key}",
            4 => $"/{bucket}/{encoded}",
            5 => key,
            _ => $"https://cdn.example.com/files/{bucket}/{encoded}",
        };
    }

    // Every shape of photo_urls.
    private static string Shape(int variant, IReadOnlyList<string> urls) => (variant % 5) switch
    {
        1 => JsonSerializer.Serialize(urls.Select(url => new { url })),
        2 => JsonSerializer.Serialize(new { urls }),
        3 => JsonSerializer.Serialize(JsonSerializer.Serialize(urls)),
        4 when urls.Count == 1 => JsonSerializer.Serialize(urls[0]),
        _ => JsonSerializer.Serialize(urls),
    };
}
