using DatasetAdmin.Core.Runs;
using DatasetAdmin.Tests.Database;
using DatasetAdmin.Tests.Support;
using Npgsql;

namespace DatasetAdmin.Tests.Runs;

public class PostgresRunExecutorTests : RunExecutorContract
{
    protected override Task<TestAdmin> CreateAsync() => TestAdmin.OnPostgresAsync();

    [Fact]
    public async Task ExecuteAsync_LockConnectionDropped_StopsTheJobAndIsInterrupted()
    {
        var isNoticed = false;
        var outcome = await Executor.ExecuteAsync(
            CollectDay,
            async (context, token) =>
            {
                context.Lease.ThrowIfLost();
                await PostgresLocks.TerminateAsync(Admin.ConnectionString!, Token);
                try
                {
                    await Task.Delay(TimeSpan.FromMinutes(3), token);
                }
                catch (OperationCanceledException)
                {
                    isNoticed = true;
                }

                // The same job, had it not looked at its token.
                context.Lease.ThrowIfLost();
                return RunEnd.Succeeded("Never.");
            },
            Token);

        var run = await StoredAsync(outcome);
        Assert.True(isNoticed);
        Assert.IsType<RunLeaseLostException>(outcome.Fault);
        Assert.Equal(RunStatus.Interrupted, run.Status);
        Assert.Contains(CollectDay.Target, run.Error, StringComparison.Ordinal);
        Assert.False((await Executor.ExecuteAsync(CollectDay, (_, _) => Task.FromResult(RunEnd.Succeeded("Again.")), Token)).IsBusy);
    }

    [Fact]
    public async Task ExecuteAsync_AllOtherConnectionsRefusedForSeconds_GoesOnAndRecordsTheEnd()
    {
        var outcome = await Executor.ExecuteAsync(
            CollectDay,
            async (context, token) =>
            {
                await MaintainAsync($"alter database {Database} allow_connections false");
                await MaintainAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1"
                    + " and pid not in (select pid from pg_locks where locktype = 'advisory')");
                context.Progress.Note(RunEventLevel.Information, "while it was away");

                // Long enough for a few tries to write it down.
                await Task.Delay(TimeSpan.FromSeconds(3), token);
                context.Lease.ThrowIfLost();
                await MaintainAsync($"alter database {Database} allow_connections true");
                return RunEnd.Succeeded("Done.");
            },
            Token);

        var run = await StoredAsync(outcome);
        Assert.Equal((RunStatus.Succeeded, "Done."), (run.Status, run.Result));
        Assert.Equal("while it was away", Assert.Single(await Store.EventsAsync(run.Id, Token)).Message);
    }

    private string Database => new NpgsqlConnectionStringBuilder(Admin.ConnectionString).Database!;

    private async Task MaintainAsync(string sql)
    {
        await using var connection = new NpgsqlConnection((await TestServers.PostgresAsync()).ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        if (sql.Contains("$1", StringComparison.Ordinal))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = Database });
        }

        await command.ExecuteNonQueryAsync(Token);
    }
}
