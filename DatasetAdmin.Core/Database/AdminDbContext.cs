using System.Text;
using DatasetAdmin.Core.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace DatasetAdmin.Core.Database;

/// <summary>
/// The program's own state: the history of runs. What objects exist is never in here. Made by
/// <see cref="IDbContextFactory{TContext}"/>, one context per operation, since a page outlives a request.
/// </summary>
public abstract class AdminDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Run> Runs => Set<Run>();

    public DbSet<RunEvent> RunEvents => Set<RunEvent>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<string>().HaveConversion<StorableTextConverter>();
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();
        configurationBuilder.Properties<RunKind>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<RunTrigger>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<RunStatus>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<RunEventLevel>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<IReadOnlyDictionary<string, long>>().HaveConversion<CountersConverter, CountersComparer>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Run>(run =>
        {
            run.Property(item => item.Id).ValueGeneratedNever();

            // Each list is newest first and filtered by at most one of these.
            run.HasIndex(item => item.RequestedAt);
            run.HasIndex(item => new { item.Kind, item.RequestedAt });
            run.HasIndex(item => new { item.Target, item.RequestedAt });
            run.HasIndex(item => new { item.Status, item.RequestedAt });
        });

        modelBuilder.Entity<RunEvent>(item =>
        {
            // The number is given by whoever executes the run, so that an event written twice is still one event.
            item.HasKey(line => new { line.RunId, line.Number });
            item.Property(line => line.Number).ValueGeneratedNever();
            item.HasOne<Run>().WithMany().HasForeignKey(line => line.RunId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    // SQLite has no type for a time and gives an unspecified kind back; Npgsql refuses to write one.
    private sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        value => value.ToUniversalTime(),
        value => DateTime.SpecifyKind(value, DateTimeKind.Utc));

    // A message may quote what somebody uploaded. PostgreSQL refuses a NUL and Npgsql half a surrogate pair, at every retry.
    private sealed class StorableTextConverter() : ValueConverter<string, string>(
        value => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value)).Replace('\0', '\uFFFD'),
        value => value);

    private sealed class CountersConverter() : ValueConverter<IReadOnlyDictionary<string, long>, string>(
        value => Counters.ToJson(value),
        text => Counters.FromJson(text));

    private sealed class CountersComparer() : ValueComparer<IReadOnlyDictionary<string, long>>(
        (left, right) => Counters.ToJson(left) == Counters.ToJson(right),
        value => Counters.ToJson(value).GetHashCode(StringComparison.Ordinal));
}
