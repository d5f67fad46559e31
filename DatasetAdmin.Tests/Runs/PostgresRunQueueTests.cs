using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Database;
using DatasetAdmin.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DatasetAdmin.Tests.Runs;

public class PostgresRunQueueTests : RunQueueContract
{
    protected override Task<TestAdmin> CreateAsync() => TestAdmin.OnPostgresAsync();

    [Fact]
    public async Task SweepAsync_ProcessThatHangs_LosesItsLockWithItsLease()
    {
        var (hanging, other) = (await NewProcessAsync(), await NewProcessAsync());
        var requested = await Queue(hanging).RequestAsync(Day, Token);
        var claimed = await Queue(hanging).TryClaimAsync([RunKind.CollectDay], Token);
        var takeover = other.GetRequiredService<RunTakeover>();
        Assert.Empty(await takeover.SweepAsync(Token));
        Assert.Equal(RunStatus.Running, (await RunAsync(other, requested)).Status);

        // A minute in which it wrote nothing, on the server's clock.
        await ExecuteAsync("""UPDATE dataset_admin."Runs" SET "HeartbeatAt" = now() - interval '61 seconds'""");
        await takeover.SweepAsync(Token);
        await LostAsync(claimed!.Lease);

        Assert.Throws<RunLeaseLostException>(claimed.Lease.ThrowIfLost);

        // The server tells the holder that its session ends before it gives the session's lock back.
        IReadOnlyList<Run> found = [];
        await Waiting.UntilAsync(async () => (found = await takeover.SweepAsync(Token)).Count > 0);

        Assert.Equal(requested.Run.Id, Assert.Single(found).Id);
        Assert.Equal((RunStatus.Requested, 2), ((await RunAsync(other, requested)).Status, (await RunAsync(other, requested)).Attempt));
        Assert.NotNull(await Queue(other).TryClaimAsync([RunKind.CollectDay], Token));
    }

    private static async Task LostAsync(IRunLease lease)
    {
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lease.Lost.Register(lost.SetResult);
        await lost.Task.WaitAsync(TimeSpan.FromMinutes(3), Token);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Admin.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}
