using System.Xml.Linq;

namespace DatasetAdmin.Tests;

public class ThirdPartyNoticesTests
{
    [Fact]
    public void ThirdPartyNotices_EveryPackage_IsNamed()
    {
        var packages = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Directory.Packages.props"))
            .Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value);
        var notices = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "THIRD-PARTY-NOTICES.md"));

        Assert.All(packages, package => Assert.Contains($"| {package} ", notices, StringComparison.Ordinal));
    }
}
