using DatasetAdmin.Core.Database;
using Microsoft.EntityFrameworkCore;

namespace DatasetAdmin.Tests.Support;

/// <summary>The program's own database as a process that may die uses it: one context is one call.</summary>
internal sealed class CrashingDatabase(IDbContextFactory<AdminDbContext> inner, ProcessLife life) : IDbContextFactory<AdminDbContext>
{
    /// <summary>Set once the program is ready: what start needs isn't a part of a run.</summary>
    public bool IsCounting { get; set; }

    public AdminDbContext CreateDbContext()
    {
        if (IsCounting)
        {
            life.Call(OutsideCall.Database, "open the database");
        }

        return inner.CreateDbContext();
    }
}
