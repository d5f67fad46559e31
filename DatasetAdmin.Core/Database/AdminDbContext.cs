using System.Text;
using DatasetAdmin.Core.Access;
using DatasetAdmin.Core.Alerts;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Scheduling;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace DatasetAdmin.Core.Database;

/// <summary>
/// The program's own state: the history of runs, how far the schedule is, the alerts, users, and what they did. What objects exist is never in here. Made by
/// <see cref="IDbContextFactory{TContext}"/>, one context per operation, since a page outlives a request.
/// </summary>
public abstract class AdminDbContext(DbContextOptions options) : IdentityUserContext<User, Guid>(options), IDataProtectionKeyContext
{
    public DbSet<Run> Runs => Set<Run>();

    public DbSet<RunEvent> RunEvents => Set<RunEvent>();

    public DbSet<ScheduleState> ScheduleStates => Set<ScheduleState>();

    public DbSet<ScheduleSlot> ScheduleSlots => Set<ScheduleSlot>();

    /// <summary>What the site signs cookies with, where several processes share this database.</summary>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <summary>Whether the database has a clock of its own, which is the same for processes on several machines.</summary>
    internal abstract bool HasSharedClock { get; }

    public DbSet<Alert> Alerts => Set<Alert>();

    public DbSet<AlertMessage> AlertMessages => Set<AlertMessage>();

    public DbSet<AlertReview> AlertReviews => Set<AlertReview>();

    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    public DbSet<SetupLink> SetupLinks => Set<SetupLink>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<string>().HaveConversion<StorableTextConverter>();
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();
        configurationBuilder.Properties<RunKind>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<RunTrigger>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<RunStatus>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<RunEventLevel>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<ScheduledJob>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<AlertKind>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<AlertState>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<AlertChannelKind>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<AlertMessageKind>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<UserRole>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<AuditAction>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<AuditOutcome>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<AuditChannel>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<IReadOnlyDictionary<string, long>>().HaveConversion<CountersConverter, CountersComparer>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<User>().ToTable("Users");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("UserClaims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("UserLogins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("UserTokens");

        builder.Entity<ApiToken>(token =>
        {
            token.Property(item => item.Id).ValueGeneratedNever();
            token.HasIndex(item => item.Hash).IsUnique();
            token.HasIndex(item => item.UserId);
            token.HasOne<User>().WithMany().HasForeignKey(item => item.UserId).OnDelete(DeleteBehavior.Cascade);
        });

        builder.Entity<SetupLink>().HasKey(link => link.Hash);

        // Without a foreign key: what is written there stays whatever becomes of users. The migration also makes the database refuse any change.
        builder.Entity<AuditEntry>(entry =>
        {
            entry.HasIndex(item => item.At);
            entry.HasIndex(item => new { item.Action, item.Id });
        });

        builder.Entity<Run>(run =>
        {
            run.Property(item => item.Id).ValueGeneratedNever();

            // Each list is newest first and filtered by at most one of these.
            run.HasIndex(item => item.RequestedAt);
            run.HasIndex(item => new { item.Kind, item.RequestedAt });
            run.HasIndex(item => new { item.Target, item.RequestedAt });
            run.HasIndex(item => new { item.Status, item.RequestedAt });

            // Whoever requests what is open joins it, also where two do so in the same moment.
            run.HasIndex(item => new { item.Kind, item.Target }).IsUnique().HasFilter("\"Status\" IN ('Requested', 'Running')").HasDatabaseName("IX_Runs_Open");
            run.HasIndex(item => new { item.Target, item.Fence }).IsUnique();
        });

        builder.Entity<RunEvent>(item =>
        {
            // The number is given by whoever executes the run, so that an event written twice is still one event.
            item.HasKey(line => new { line.RunId, line.Number });
            item.Property(line => line.Number).ValueGeneratedNever();
            item.HasOne<Run>().WithMany().HasForeignKey(line => line.RunId).OnDelete(DeleteBehavior.Cascade);
        });

        builder.Entity<ScheduleState>().HasKey(state => state.Job);
        builder.Entity<ScheduleSlot>().HasKey(slot => new { slot.Job, slot.Slot });

        builder.Entity<Alert>(alert =>
        {
            alert.HasKey(item => item.Key);
            alert.HasIndex(item => item.State);
        });

        builder.Entity<AlertMessage>(message =>
        {
            message.Property(item => item.Id).ValueGeneratedNever();
            message.HasIndex(item => new { item.SentAt, item.NotBefore });
            message.HasIndex(item => item.CreatedAt);
        });

        builder.Entity<AlertReview>(review =>
        {
            review.Property(item => item.Id).ValueGeneratedNever();
            review.HasData(new AlertReview { Id = 1 });
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
