using System.Text.Json;
using DatasetAdmin.Core.Classes;
using DatasetAdmin.Web.Sample;

namespace DatasetAdmin.Tests.Sample;

public class SamplePlannerTests
{
    private static readonly DateOnly s_today = new(2026, 11, 23);
    private static readonly SampleOptions s_tiny = new(Predictions: 60, Days: 10, GoldPerClass: 2);

    [Fact]
    public void Make_SameOptionsAndDay_SamePlan() => Assert.Equal(Text(Make(s_tiny)), Text(Make(s_tiny)));

    [Fact]
    public void Make_OtherSeed_OtherPlan() => Assert.NotEqual(Text(Make(s_tiny)), Text(Make(s_tiny with { Seed = 1 })));

    [Theory]
    [InlineData(60)]
    [InlineData(1_000)]
    public void Make_AnySize_EachClassHasPhotosAndEachKindOfContentIsThere(int predictions)
    {
        var plan = Make(s_tiny with { Predictions = predictions });

        Assert.Equal(predictions, plan.Predictions.Count);
        Assert.Equal(ClassOptions.Defaults.Select(item => item.Name).Order(), plan.Photos.Select(photo => photo.Picture.ClassName).Distinct().Order());
        Assert.Empty(new[] { SampleContent.TruncatedJpeg, SampleContent.HtmlPage, SampleContent.Empty, SampleContent.AnimatedGif, SampleContent.Tiny, SampleContent.Jpeg }
            .Except(plan.Photos.Select(photo => photo.Picture.Content)));
        Assert.Contains(plan.Predictions, row => row.PhotoUrls?.Contains("other-bucket", StringComparison.Ordinal) == true || row.PhotoUrl?.Contains("other-bucket", StringComparison.Ordinal) == true);
        Assert.Contains(plan.Predictions, row => row.StyleId == "");
        Assert.Contains(plan.Predictions, row => Shape(row.PhotoUrls) is "{photos}" or "Number" or "True");
        Assert.Contains(plan.Predictions, row => Count(row.PhotoUrls) == 5);
        Assert.Distinct(plan.Photos.Select(photo => photo.Key));
        Assert.Distinct(plan.Predictions.Select(row => row.Id));
    }

    [Fact]
    public void Make_DefaultSize_EveryShapeOfPhotoUrlsIsThere()
    {
        var shapes = Make(new()).Predictions.Select(row => Shape(row.PhotoUrls)).Distinct();

        Assert.Equal(new[] { "null", "[]", "[String]", "[Object]", "{urls}", "\"[\"", "\"url\"", "{photos}", "Number", "True" }.Order(), shapes.Order());
    }

    [Fact]
    public void Make_DefaultSize_LooksLikeTheProduct()
    {
        var plan = Make(new());
        var verified = plan.Predictions.Where(row => row.IsVerified).ToList();
        var corrected = verified.Where(row => row.StyleId != row.InitialPrediction).ToList();

        Assert.InRange(plan.Photos.Count, 2_400, 3_000);
        Assert.InRange(verified.Count, 450, 650);
        Assert.InRange((double)corrected.Count / verified.Count, 0.08, 0.17);
        Assert.True(corrected.Average(row => row.Confidence) < verified.Except(corrected).Average(row => row.Confidence) - 0.2);
        Assert.All(verified, row => Assert.True(row.VerifiedAt > row.CreatedAt && row.VerifiedBy is not null));
        Assert.InRange(plan.Photos.Count(photo => photo.Picture.Content == SampleContent.Avif), 5, 50);
        Assert.Contains(plan.Photos, photo => photo.Picture.Content == SampleContent.TurnedJpeg);
    }

    [Fact]
    public void Make_DefaultSize_DaysRunFromTheFirstOfAMonthToYesterdayWithOneGap()
    {
        var days = Make(new()).Predictions.GroupBy(row => DateOnly.FromDateTime(row.CreatedAt)).ToDictionary(day => day.Key, day => day.Count());

        Assert.Equal(new DateOnly(2026, 10, 1), days.Keys.Min());
        Assert.Equal(s_today.AddDays(-1), days.Keys.Max());
        Assert.Equal(53 - 1, days.Count);
        Assert.True(days.Values.Max() > 2.5 * days.Values.Average());
    }

    [Fact]
    public void Make_DefaultSize_HasTheSameBytesTwiceWithinAndAcrossClasses()
    {
        var plan = Make(new());
        var twice = plan.Photos.GroupBy(photo => photo.Picture).Where(same => same.Count() > 1).SelectMany(same => same).ToList();
        var classesOf = plan.Predictions.GroupBy(row => row.UserId!).ToDictionary(user => user.Key, user => user.SelectMany(row => new[] { row.StyleId, row.InitialPrediction }).ToHashSet());

        Assert.InRange(twice.Count, 20, 120);
        Assert.Contains(twice, photo => classesOf[photo.Key[..36]].SetEquals([photo.Picture.ClassName]));
        Assert.Contains(twice, photo => !classesOf[photo.Key[..36]].Contains(photo.Picture.ClassName));
        Assert.Contains(plan.Gold, image => plan.Photos.Any(photo => photo.Picture == image.Picture));
    }

    [Fact]
    public void Make_Gold_LiesUnderAliasesAndPlainNames()
    {
        var folders = Make(s_tiny).Gold.GroupBy(image => image.Key.Split('/')[2]).ToDictionary(folder => folder.Key, folder => folder.Count());

        Assert.Equal(15, folders.Count);
        Assert.All(folders.Values, count => Assert.Equal(2, count));
        Assert.Contains("aristocratic_lady", folders.Keys);
        Assert.Contains("Business", folders.Keys);
    }

    private static SamplePlan Make(SampleOptions options) => SamplePlanner.Make(options, s_today, "style-photos");

    private static string Text(SamplePlan plan) => JsonSerializer.Serialize(plan);

    private static int Count(string? photoUrls)
    {
        var text = Shape(photoUrls) == "\"[\"" ? JsonSerializer.Deserialize<string>(photoUrls!) : photoUrls;
        return Shape(text) switch
        {
            "[String]" or "[Object]" => JsonDocument.Parse(text!).RootElement.GetArrayLength(),
            "{urls}" => JsonDocument.Parse(text!).RootElement.GetProperty("urls").GetArrayLength(),
            _ => 1,
        };
    }

    private static string Shape(string? photoUrls)
    {
        if (photoUrls is null)
        {
            return "null";
        }

        var value = JsonDocument.Parse(photoUrls).RootElement;
        return value.ValueKind switch
        {
            JsonValueKind.Array => value.GetArrayLength() == 0 ? "[]" : $"[{value[0].ValueKind}]",
            JsonValueKind.Object => $"{{{value.EnumerateObject().First().Name}}}",
            JsonValueKind.String => value.GetString()![0] == '[' ? "\"[\"" : "\"url\"",
            _ => value.ValueKind.ToString(),
        };
    }
}
