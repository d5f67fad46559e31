using DatasetAdmin.Core.Classes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Tests.Classes;

public class ClassesServicesTests
{
    [Fact]
    public void AddFaceClasses_NothingConfigured_TakesTheFifteen()
    {
        var classes = Read([]);

        Assert.Equal(15, classes.All.Count);
        Assert.Equal("Business", classes.FindByGoldFolderOrNull("business_woman")?.Name);
    }

    [Fact]
    public void AddFaceClasses_ConfiguredList_ReplacesTheFifteenInItsOrder()
    {
        var classes = Read(new()
        {
            ["Classes:0:Name"] = "Warm",
            ["Classes:0:Keys:0"] = "7",
            ["Classes:0:Keys:1"] = "warm_woman",
            ["Classes:1:Name"] = "Soft Diva",
            ["Classes:1:GoldFolders:0"] = "soft_diva",
            ["Classes:10:Name"] = "Last",
            ["Classes:2:Name"] = "Third-1",
        });

        Assert.Equal(["Warm", "Soft Diva", "Third-1", "Last"], classes.All.Select(item => item.Name));
        Assert.Equal([0, 1, 2, 3], classes.All.Select(item => item.Index));
        Assert.Equal("Warm", classes.FindOrNull("7")?.Name);
        Assert.Equal("Soft Diva", classes.FindByGoldFolderOrNull("SOFT_DIVA")?.Name);
    }

    [Fact]
    public void AddFaceClasses_EmptyList_IsRefused() => Assert.Contains("at least one", Assert.Single(Faults(new() { ["Classes"] = "" })), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("_hidden")]
    [InlineData("-x")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a.b")]
    [InlineData("Königin")]
    [InlineData("Queen ")]
    [InlineData("Queen\n")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg")]
    [InlineData("CON")]
    [InlineData("nul")]
    [InlineData("Lpt1")]
    [InlineData("train")]
    [InlineData("Val")]
    [InlineData("TEST")]
    [InlineData("soft-eval")]
    [InlineData("dev queen")]
    public void AddFaceClasses_UnfitName_NamesItsKey(string name)
    {
        var faults = Faults(new() { ["Classes:0:Name"] = "Fire", ["Classes:3:Name"] = name });

        Assert.StartsWith("Classes:3:Name is ", Assert.Single(faults), StringComparison.Ordinal);
        Assert.Contains("write", faults[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Test1")]
    [InlineData("Contest")]
    [InlineData("Value")]
    [InlineData("Console")]
    [InlineData("2026")]
    public void AddFaceClasses_NameThatOnlyResemblesSuch_IsTaken(string name) =>
        Assert.Equal(name, Assert.Single(Read(new() { ["Classes:0:Name"] = name }).All).Name);

    [Theory]
    [InlineData("Classes:1:Name", "queen")]
    [InlineData("Classes:1:Keys:0", "QUEEN")]
    [InlineData("Classes:1:Keys:0", "q1")]
    [InlineData("Classes:1:GoldFolders:0", "Queen")]
    [InlineData("Classes:1:GoldFolders:0", "queen_folder")]
    public void AddFaceClasses_SharedByTwoClasses_NamesBothKeys(string key, string value)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Classes:0:Name"] = "Queen",
            ["Classes:0:Keys:0"] = "Q1",
            ["Classes:0:GoldFolders:0"] = "queen_folder",
            ["Classes:1:Name"] = "Fire",
            [key] = value,
        };

        var fault = Assert.Single(Faults(settings));

        Assert.Contains($"{key} is '{value}'", fault, StringComparison.Ordinal);
        Assert.Contains("Classes:0:", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Classes:0:Keys:0", " ")]
    [InlineData("Classes:0:GoldFolders:0", "")]
    [InlineData("Classes:0:GoldFolders:0", "gold/queen")]
    public void AddFaceClasses_UnfitKeyOrFolder_NamesItsKey(string key, string value) =>
        Assert.StartsWith(key, Assert.Single(Faults(new() { ["Classes:0:Name"] = "Queen", [key] = value })), StringComparison.Ordinal);

    private static FaceClasses Read(Dictionary<string, string?> settings)
    {
        using var services = new ServiceCollection()
            .AddFaceClasses(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
        return services.GetRequiredService<FaceClasses>();
    }

    private static string[] Faults(Dictionary<string, string?> settings) =>
        [.. Assert.Throws<OptionsValidationException>(() => Read(settings)).Failures];
}
