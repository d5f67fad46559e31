using System.Text.Json;
using DatasetAdmin.Core.Candidates;
using DatasetAdmin.Core.Collecting;

namespace DatasetAdmin.Tests.Collecting;

/// <summary>What every source keeps to, over every layout: real PostgreSQL and SQLite.</summary>
public class PredictionSourceContract
{
    private static readonly DateOnly s_day = new(2026, 11, 6);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int> Layouts => new(Enumerable.Range(0, SourceLayouts.All.Count));

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task ReadDaysAsync_OneRow_GivesItsFields(int layout)
    {
        await using var database = await CreateAsync(layout);
        await database.InsertAsync(new TestRow(1, "2026-11-06 10:11:12.123456", """["1/a.jpg", "1/é.jpg"]""", true));
        var source = database.Open();

        await source.CheckAsync(Cancellation);
        var row = Assert.Single(await source.ReadDaysAsync(s_day, s_day, Cancellation).ToListAsync(Cancellation));

        Assert.Equal((database.Id(1), true, "9"), (row.Id, row.IsVerified, row.VerifiedBy));
        Assert.Equal(new DateTime(2026, 11, 6, 10, 11, 12, DateTimeKind.Utc).AddTicks(1_234_560), row.CreatedAt);
        Assert.Equal(new DateTime(2026, 11, 7, 8, 0, 0, 500, DateTimeKind.Utc), row.VerifiedAt);
        Assert.Equal((DateTimeKind.Utc, DateTimeKind.Utc), (row.CreatedAt.Kind, row.VerifiedAt!.Value.Kind));
        Assert.Equal(["1/a.jpg", "1/é.jpg"], PhotoUrls.Parse(row.PhotoUrls, row.PhotoUrl).Select(entry => entry.Url));
        Assert.EndsWith("7", row.UserId);
        Assert.Contains(row.StyleId, new[] { "Queen", "queen", "14" });
        Assert.Contains(row.InitialPrediction, new[] { "Fire", "fire", "3" });
        Assert.Contains(row.Confidence, new double?[] { null, 0.875 });
        Assert.Contains(row.UpdatedAt, new DateTime?[] { null, new DateTime(2026, 11, 8, 8, 0, 0, DateTimeKind.Utc) });
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task ReadDaysAsync_FiveThousandRowsOfFewTimes_GivesEachOnceInOrder(int layout)
    {
        await using var database = await CreateAsync(layout);
        await database.InsertAsync(Enumerable.Range(1, 5_000).Select(number => new TestRow(number, $"2026-11-06 10:00:0{number % 7}")));

        var rows = await database.Open(pageSize: 333).ReadDaysAsync(s_day, s_day, Cancellation).ToListAsync(Cancellation);

        Assert.Equal(5_000, rows.Count);
        Assert.Equal(Enumerable.Range(1, 5_000).Select(database.Id).Order(StringComparer.Ordinal), rows.Select(row => row.Id).Order(StringComparer.Ordinal));
        Assert.Equal(rows.Select(row => row.CreatedAt).Order(), rows.Select(row => row.CreatedAt));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task ReadDaysAsync_DaysOfFewAndManyRows_GivesEachOnceInOrder(int layout)
    {
        await using var database = await CreateAsync(layout);
        // Days that go into one page together, that fill one, that need several, and that have none.
        int[] counts = [1, 2, 0, 3, 10, 0, 0, 9, 1, 25, 4, 5, 1, 11, 0, 2];
        var days = counts.SelectMany((count, index) => Enumerable.Repeat(index + 1, count)).ToList();
        await database.InsertAsync(days.Select((day, index) => new TestRow(index + 1, $"2026-11-{day:00} 10:00:{index % 7:00}")));

        var rows = await database.Open(pageSize: 10).ReadDaysAsync(new(2026, 11, 1), new(2026, 11, 30), Cancellation).ToListAsync(Cancellation);

        Assert.Equal(days, rows.Select(row => row.CreatedAt.Day));
        Assert.Equal(Enumerable.Range(1, days.Count).Select(database.Id).Order(StringComparer.Ordinal), rows.Select(row => row.Id).Order(StringComparer.Ordinal));
        Assert.Equal(rows.Select(row => row.CreatedAt).Order(), rows.Select(row => row.CreatedAt));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task ReadDaysAsync_RowsAMicrosecondApart_AreToldApart(int layout)
    {
        await using var database = await CreateAsync(layout);
        // Against the order of their ids, and each time twice.
        await database.InsertAsync(Enumerable.Range(0, 40).Select(number => new TestRow(number + 1, $"2026-11-06 10:00:00.{123_499 - (number / 2):000000}")));

        var rows = await database.Open(pageSize: 1).ReadDaysAsync(s_day, s_day, Cancellation).ToListAsync(Cancellation);

        Assert.Equal(40, rows.Select(row => row.Id).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 40).Select(number => 1_234_800 + (number / 2 * 10)), rows.Select(row => (int)(row.CreatedAt.Ticks % TimeSpan.TicksPerSecond)));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task ReadDaysAsync_DayBorders_AreUtcMidnights(int layout)
    {
        await using var database = await CreateAsync(layout);
        await database.InsertAsync(
        [
            // Five forms of each, where a layout has forms.
            .. Numbers(10).Select(number => new TestRow(number, "2026-11-05 23:59:59.999999")),
            .. Numbers(20).Select(number => new TestRow(number, "2026-11-06 00:00:00")),
            .. Numbers(30).Select(number => new TestRow(number, "2026-11-06 23:59:59.999999")),
            .. Numbers(40).Select(number => new TestRow(number, "2026-11-07 00:00:00")),
            .. Numbers(50).Select(number => new TestRow(number, "2026-11-09 12:00:00")),
        ]);
        var source = database.Open(pageSize: 3);

        var day = await IdsAsync(source, s_day, s_day);
        var three = await IdsAsync(source, s_day.AddDays(-1), s_day.AddDays(1));
        var counts = await source.CountByDayAsync(s_day.AddDays(-2), s_day.AddDays(3), Cancellation);

        Assert.Equal(Numbers(20).Concat(Numbers(30)).Select(database.Id).Order(StringComparer.Ordinal), day);
        Assert.Equal(20, three.Count);
        Assert.Equal([(5, 5L), (6, 10L), (7, 5L), (9, 5L)], counts.OrderBy(count => count.Key).Select(count => (count.Key.Day, count.Value)));
        Assert.Empty(await IdsAsync(source, s_day.AddDays(2), s_day.AddDays(2)));
        Assert.Empty(await source.CountByDayAsync(s_day.AddDays(2), s_day.AddDays(2), Cancellation));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task ReadDaysAsync_RowCommittedLate_IsThereTheNextTime(int layout)
    {
        await using var database = await CreateAsync(layout);
        await database.InsertAsync(new TestRow(1, "2026-11-06 10:00:00"), new TestRow(2, "2026-11-06 11:00:00"));
        var source = database.Open(pageSize: 2);
        var before = await IdsAsync(source, s_day, s_day);

        await database.InsertAsync(new TestRow(3, "2026-11-06 09:00:00"));

        Assert.Equal(2, before.Count);
        Assert.Equal(3, (await IdsAsync(source, s_day, s_day)).Count);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task ReadDaysAsync_RowsDeletedAndAddedWhilePaging_NeitherLosesNorRepeatsOthers(int layout)
    {
        await using var database = await CreateAsync(layout);
        await database.InsertAsync(Enumerable.Range(1, 100).Select(number => new TestRow(number, $"2026-11-06 10:00:{number / 10:00}")));
        HashSet<string> seen = [];
        string[] deleted = [];

        await foreach (var row in database.Open(pageSize: 10).ReadDaysAsync(s_day, s_day, Cancellation))
        {
            Assert.True(seen.Add(row.Id));
            if (seen.Count == 20)
            {
                // The row that the next page begins after, with others before and after it.
                deleted = [row.Id, .. Enumerable.Range(80, 5).Select(database.Id)];
                await database.DeleteAsync(deleted.Append(seen.First()));
                await database.InsertAsync(new TestRow(500, "2026-11-06 10:30:00"), new TestRow(501, "2026-11-06 09:00:00"));
            }
        }

        Assert.Equal(100 - 5 + 1, seen.Count);
        Assert.Contains(database.Id(500), seen);
        Assert.DoesNotContain(deleted.Skip(1), seen.Contains);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task ReadDaysAsync_RowsWithoutATime_BelongToNoDay(int layout)
    {
        await using var database = await CreateAsync(layout);
        await database.InsertAsync(new TestRow(1, null, null, null), new TestRow(2, "2026-11-06 10:00:00", null, null));
        var source = database.Open();

        var row = Assert.Single(await source.ReadDaysAsync(DateOnly.MinValue.AddDays(1), new DateOnly(9999, 12, 1), Cancellation).ToListAsync(Cancellation));
        var byId = Assert.Single(await source.ReadByIdsAsync([database.Id(1)], Cancellation).ToListAsync(Cancellation));

        Assert.Equal((database.Id(2), null, false), (row.Id, row.PhotoUrls, row.IsVerified));
        Assert.Equal((database.Id(1), DateTimeKind.Utc), (byId.Id, byId.CreatedAt.Kind));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task ReadDaysAsync_HugePhotoUrls_AreRefusedAndTheNeighboursRead(int layout)
    {
        await using var database = await CreateAsync(layout);
        // More than a page may hold in memory, so that it ends early.
        var huge = JsonSerializer.Serialize(new[] { new string('x', 1_100_000) });
        await database.InsertAsync(Enumerable.Range(1, 36).Select(number => new TestRow(number, "2026-11-06 10:00:00", number % 2 == 0 ? huge : """["1/a.jpg"]""")));

        var rows = await database.Open().ReadDaysAsync(s_day, s_day, Cancellation).ToListAsync(Cancellation);

        var entries = rows.Select(row => Assert.Single(PhotoUrls.Parse(row.PhotoUrls, row.PhotoUrl))).ToList();
        Assert.Equal(36, rows.Select(row => row.Id).Distinct().Count());
        Assert.Equal(18, entries.Count(entry => entry.Url == "1/a.jpg"));
        Assert.Equal(18, entries.Count(entry => entry.Rejection?.Reason == RejectionReason.MalformedPhotoUrls));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task ReadByIdsAsync_ManyIds_GivesThoseThatExist(int layout)
    {
        await using var database = await CreateAsync(layout);
        await database.InsertAsync(Enumerable.Range(1, 1_500).Select(number => new TestRow(number, "2026-11-06 10:00:00")));
        string[] strange =
        [
            "", " ", "no id", "1.5", "-1", "99999999999999999999999", "' OR 1=1 --", "a\0b", "\ud83c", "(7f3c1f1e-0000-0000-0000-000000000000)",
            "7f3c1f1e-0000-0000-0000-000000000000", "{1,2}", "NULL",
        ];

        var rows = await database.Open(pageSize: 10)
            .ReadByIdsAsync([.. strange, .. Enumerable.Range(1, 2_500).Select(database.Id), database.Id(1)], Cancellation).ToListAsync(Cancellation);

        Assert.Equal(Enumerable.Range(1, 1_500).Select(database.Id).Order(StringComparer.Ordinal), rows.Select(row => row.Id).Order(StringComparer.Ordinal));
        Assert.Empty(await database.Open().ReadByIdsAsync([], Cancellation).ToListAsync(Cancellation));
    }

    private static IEnumerable<int> Numbers(int first) => Enumerable.Range(first, 5);

    private static Task<TestSource> CreateAsync(int layout) => TestSource.CreateAsync(SourceLayouts.All[layout]);

    private static async Task<List<string>> IdsAsync(IPredictionSource source, DateOnly first, DateOnly last) =>
        [.. await source.ReadDaysAsync(first, last, Cancellation).Select(row => row.Id).Order(StringComparer.Ordinal).ToListAsync(Cancellation)];
}
