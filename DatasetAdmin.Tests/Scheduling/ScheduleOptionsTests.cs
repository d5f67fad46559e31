using DatasetAdmin.Core.Scheduling;

namespace DatasetAdmin.Tests.Scheduling;

public class ScheduleOptionsTests
{
    [Theory]
    [InlineData("0 0 * * *")]
    [InlineData("30 2 * * 1-5")]
    [InlineData("*/15 * * * *")]
    [InlineData("0 0 29 2 *")]
    public void Validate_ExpressionThatComes_IsTaken(string cron) =>
        Assert.True(new ValidateScheduleOptions().Validate(null, new() { DailyCollection = cron }).Succeeded);

    [Theory]
    [InlineData("60 * * * *", "is no cron expression")]
    [InlineData("0 24 * * *", "is no cron expression")]
    [InlineData("0 0 * *", "is no cron expression")]
    [InlineData("0 0 0 * * *", "is no cron expression")]
    [InlineData("every night", "is no cron expression")]
    [InlineData("", "is no cron expression")]
    [InlineData("0 0 30 2 *", "never comes")]
    public void Validate_ExpressionThatDoesNotCome_IsRefusedWithItsKey(string cron, string says)
    {
        var result = new ValidateScheduleOptions().Validate(null, new() { MonthlyBuild = cron });

        Assert.Contains($"Schedule:MonthlyBuild is '{cron}'", result.FailureMessage, StringComparison.Ordinal);
        Assert.Contains(says, result.FailureMessage, StringComparison.Ordinal);
        Assert.Contains("such as 0 1 1 * *", result.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void Validate_CatchUpDaysOutOfRange_IsRefused(int days) =>
        Assert.Contains("Schedule:CatchUpDays", new ValidateScheduleOptions().Validate(null, new() { CatchUpDays = days }).FailureMessage, StringComparison.Ordinal);
}
