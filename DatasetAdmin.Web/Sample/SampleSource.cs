using DatasetAdmin.Core.Storage;

namespace DatasetAdmin.Web.Sample;

/// <summary>
/// Makes the sample of the embedded default: a SQLite file with <c>user_styles</c>, its photos, and a gold set. It writes
/// into both buckets, so whoever calls it makes sure that they aren't a product's real ones.
/// </summary>
/// <param name="dataFolder">The program's data folder; the file store lies under its <c>store</c>.</param>
public sealed class SampleSource(Buckets buckets, string dataFolder, TimeProvider time)
{
    /// <summary>Where the sample's database lies.</summary>
    public static string DatabasePath(string dataFolder) => Path.Combine(dataFolder, "sample", "user_styles.db");

    /// <summary>
    /// Makes the sample and returns true, or returns false when its database is there already. The database comes last:
    /// where making it was cancelled or failed there is none, and the next call starts anew and overwrites the objects.
    /// </summary>
    /// <param name="again">Makes it once more even if it is there; objects of an earlier sample that this one lacks stay.</param>
    /// <param name="progress">Told how many objects of how many are stored, from many threads and in no strict order.</param>
    public async Task<bool> MakeAsync(SampleOptions options, bool again, Action<int, int>? progress, CancellationToken cancellationToken)
    {
        var path = DatabasePath(dataFolder);
        if (File.Exists(path) && !again)
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path);
        var plan = SamplePlanner.Make(options, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), buckets.Photos.Bucket);

        var (done, total) = (0, plan.Photos.Count + plan.Gold.Count);
        var objects = plan.Photos.Select(photo => (Store: buckets.Photos, Photo: photo)).Concat(plan.Gold.Select(photo => (Store: buckets.Artifacts, Photo: photo)));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(objects, parallel, async (item, token) =>
        {
            await StoreAsync(item.Store, item.Photo, token);
            progress?.Invoke(Interlocked.Increment(ref done), total);
        });

        await SampleDatabase.WriteAsync(path, plan.Predictions, cancellationToken);
        return true;
    }

    private async Task StoreAsync(IObjectStore store, SamplePhoto photo, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(SampleBytes.Make(photo.Picture));
        await store.PutAsync(photo.Key, content, SampleBytes.ContentType(photo.Picture.Content), cancellationToken);
        if (store is FileObjectStore)
        {
            // The sample plays in the past: an object that is younger than its prediction would look overwritten.
            File.SetLastWriteTimeUtc(Path.Combine(dataFolder, "store", store.Bucket, photo.Key), photo.Uploaded);
        }
    }
}
