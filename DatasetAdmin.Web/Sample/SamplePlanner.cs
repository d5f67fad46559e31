using DatasetAdmin.Core.Classes;
using DatasetAdmin.Core.Collecting;

namespace DatasetAdmin.Web.Sample;

/// <summary>Thinks a sample up: who predicted what when, which photos belong to it, and what is broken. Pure: the same arguments give the same plan.</summary>
internal sealed class SamplePlanner
{
    /// <summary>How often a class is really seen; the names without an entry weigh 1.</summary>
    private static readonly Dictionary<string, double> s_weights = new()
    {
        ["Soft"] = 1.7,
        ["Warm"] = 1.6,
        ["Sunny"] = 1.5,
        ["Business"] = 1.3,
        ["Queen"] = 1.1,
        ["Vintage"] = 0.9,
        ["Aristocratic"] = 0.9,
        ["Fragile"] = 0.8,
        ["Fire"] = 0.8,
        ["Renaissance"] = 0.7,
        ["Melting"] = 0.5,
        ["Inferno"] = 0.45,
        ["Heroin"] = 0.4,
    };

    private static readonly string[] s_classes = [.. ClassOptions.Defaults.Select(item => item.Name)];
    private static readonly SampleFault[] s_faults = Enum.GetValues<SampleFault>();

    private readonly SampleOptions _options;
    private readonly DateOnly _today;
    private readonly string _bucket;
    private readonly Random _dice;
    private readonly (string Id, int Person)[] _users;
    private readonly Dictionary<string, int> _uploads = [];
    private readonly List<SamplePhoto> _photos = [];
    private int _written;
    private int _malformed;

    private SamplePlanner(SampleOptions options, DateOnly today, string bucket)
    {
        (_options, _today, _bucket) = (options, today, bucket);
        _dice = SampleRandom.For(options.Seed, 11);
        _users = [.. Enumerable.Range(0, Math.Max(3, options.Predictions * 2 / 5)).Select(_ => (Uuid(), _dice.Next()))];
    }

    /// <param name="bucket">The photo bucket's name, which stands in the URLs.</param>
    public static SamplePlan Make(SampleOptions options, DateOnly today, string bucket) => new SamplePlanner(options, today, bucket).Make();

    private SamplePlan Make()
    {
        var times = SampleCalendar.Times(SampleCalendar.Days(_today, _options.Days), _options.Predictions, _dice);
        var classes = Classes(times.Count);
        var faults = Faults(times.Count);
        var predictions = times.Select((time, i) => Predict(time, classes[i], faults.TryGetValue(i, out var fault) ? fault : null)).ToList();
        return new(predictions, _photos, Gold());
    }

    /// <summary>Each class once, then by weight, so that the smallest sample has all of them.</summary>
    private string[] Classes(int count)
    {
        var total = s_classes.Sum(Weight);
        var classes = Enumerable.Range(0, count).Select(i => i < s_classes.Length ? s_classes[i] : Throw()).ToArray();
        _dice.Shuffle(classes);
        return classes;

        string Throw()
        {
            var left = _dice.NextDouble() * total;
            return Array.Find(s_classes, name => (left -= Weight(name)) <= 0) ?? s_classes[^1];
        }

        static double Weight(string name) => s_weights.GetValueOrDefault(name, 1);
    }

    /// <summary>About one prediction in thirty has a fault, and each kind occurs; all of them lie in the later three quarters.</summary>
    private Dictionary<int, SampleFault> Faults(int count)
    {
        var places = Enumerable.Range(count / 4, count - (count / 4)).ToArray();
        _dice.Shuffle(places);
        return places.Take(Math.Max(s_faults.Length, count / 30)).Select((place, n) => (place, n)).ToDictionary(item => item.place, item => s_faults[item.n % s_faults.Length]);
    }

    private Prediction Predict(DateTime created, string trueClass, SampleFault? fault)
    {
        // A few people come back often.
        var (user, person) = _users[(int)(_users.Length * Math.Pow(_dice.NextDouble(), 1.7))];
        var count = fault == SampleFault.FivePhotos ? 5 : _dice.Pick([1, 2, 2, 2, 3, 3, 4, 4]);
        var urls = Enumerable.Range(0, count).Select(i => Upload(user, person, trueClass, created, i == 0 ? fault : null)).ToList();
        var (photoUrls, photoUrl) = fault == SampleFault.MalformedPhotoUrls ? (SamplePhotoUrls.Malformed(_malformed++), null) : SamplePhotoUrls.Write(urls, _written++);

        var right = !_dice.Chance(0.12);
        var predicted = right ? trueClass : _dice.Pick([.. s_classes.Where(name => name != trueClass)]);
        var confidence = Math.Round(right ? 1 - (0.5 * Math.Pow(_dice.NextDouble(), 1.8)) : _dice.Between(0.28, 0.74), 4);

        // The older, the more likely somebody has looked at it; and nobody did so in the future.
        var age = (_today.ToDateTime(TimeOnly.MinValue) - created).TotalDays / (_options.Days + 15);
        var verifiedAt = created + TimeSpan.FromSeconds(_dice.Next(1_800, 5 * 86_400));
        var verified = _dice.Chance(0.24 + (0.72 * age)) && verifiedAt < _today.ToDateTime(TimeOnly.MinValue);
        return new(
            Uuid(), user, photoUrls, photoUrl,
            fault == SampleFault.EmptyStyleId ? "" : verified ? trueClass : predicted,
            predicted, verified,
            verified ? _dice.Next(1, 5).ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
            verified ? verifiedAt : null,
            created, confidence, verified ? verifiedAt : created);
    }

    /// <summary>Plans one photo and says its URL.</summary>
    private string Upload(string user, int person, string className, DateTime created, SampleFault? fault)
    {
        var number = _uploads[user] = _uploads.GetValueOrDefault(user) + 1;

        // Now and then a file was uploaded again under its name, long after the prediction.
        var uploaded = _dice.Chance(0.008) ? created.AddHours(3) : created.AddSeconds(-_dice.Next(5, 300));
        var picture = fault is null && Copied() is { } copy ? copy : new(Content(fault), className, person, number);
        var key = $"{user}/{SamplePhotoUrls.FileName(picture.Content, number, uploaded, _dice)}";
        if (fault != SampleFault.MissingObject && fault != SampleFault.ForeignBucket)
        {
            _photos.Add(new(key, picture, uploaded));
        }

        return SamplePhotoUrls.Url(fault == SampleFault.ForeignBucket ? "other-bucket" : _bucket, key, fault == SampleFault.ForeignBucket ? 1 : _dice.Next(64));

        // The same bytes once more: of one class when the two labels agree, a conflict when they don't.
        SamplePicture? Copied()
        {
            if (!_dice.Chance(0.012) || _photos.Count < 10)
            {
                return null;
            }

            var sameClass = _dice.Chance(0.6);
            var start = _dice.Next(_photos.Count);
            return _photos.Skip(start).Concat(_photos.Take(start)).Select(photo => photo.Picture)
                .FirstOrDefault(item => item.Content == SampleContent.Jpeg && item.ClassName == className == sameClass);
        }
    }

    private SampleContent Content(SampleFault? fault) => fault switch
    {
        SampleFault.TruncatedJpeg => SampleContent.TruncatedJpeg,
        SampleFault.HtmlPage => SampleContent.HtmlPage,
        SampleFault.EmptyObject => SampleContent.Empty,
        SampleFault.AnimatedGif => SampleContent.AnimatedGif,
        SampleFault.TinyImage => SampleContent.Tiny,
        _ => _dice.NextDouble() switch
        {
            < 0.008 => SampleContent.Avif,
            < 0.03 => SampleContent.TurnedJpeg,
            < 0.1 => SampleContent.Png,
            < 0.16 => SampleContent.WebP,
            _ => SampleContent.Jpeg,
        },
    };

    /// <summary>Every other class lies under its alias, as in the gold set in use; one picture in a dozen is also a user's.</summary>
    private List<SamplePhoto> Gold()
    {
        var uploaded = SampleCalendar.Days(_today, _options.Days)[0].ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var gold = new List<SamplePhoto>();
        foreach (var item in ClassOptions.Defaults)
        {
            var folder = item.Index % 2 == 0 ? item.GoldFolders[0] : item.Name;
            for (var n = 1; n <= _options.GoldPerClass; n++)
            {
                var known = n % 12 == 0 ? _photos.Find(photo => photo.Picture.Content == SampleContent.Jpeg && photo.Picture.ClassName == item.Name)?.Picture : null;
                var picture = known ?? new(SampleContent.Jpeg, item.Name, _dice.Next(), 0);
                gold.Add(new($"datasets/gold/{folder}/{item.Name.ToLowerInvariant()}_{n:000}.jpg", picture, uploaded));
            }
        }

        return gold;
    }

    private string Uuid()
    {
        var bytes = new byte[16];
        _dice.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
