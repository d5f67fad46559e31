using DatasetAdmin.Tests.Support;
using Microsoft.AspNetCore.DataProtection;

namespace DatasetAdmin.Tests.Web;

public sealed class SharedSessionTests
{
    [Fact]
    public async Task Keys_TwoProcessesOnOnePostgres_ReadWhatTheOtherProtected()
    {
        var folder = Directory.CreateTempSubdirectory("datasetadmin-").FullName;
        try
        {
            await using var one = await TestPipeline.StartAsync(Backend.Servers);
            await using var two = await TestPipeline.StartAsync(Backend.Servers, settings: new Dictionary<string, string> { ["DataFolder"] = folder }, again: one);

            var text = one.Services.GetDataProtector("session").Protect("olga");

            Assert.Equal("olga", two.Services.GetDataProtector("session").Unprotect(text));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
