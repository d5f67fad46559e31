using DatasetAdmin.Core.Collecting;
using DatasetAdmin.Core.Database;
using DatasetAdmin.Core.Runs;
using DatasetAdmin.Core.Storage;
using DatasetAdmin.Web.Configuration;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Commands;

/// <summary>What the program answers to the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadConfiguration = 2;
    public const int Busy = 3;

    /// <summary>A fault that only another setting mends is a bad configuration; all else has failed.</summary>
    public static int Of(Exception fault) => fault switch
    {
        OptionsValidationException or AggregateException { InnerExceptions: [OptionsValidationException, ..] } or SettingException => BadConfiguration,
        ObjectStoreException { Fault: ObjectStoreFault.AccessDenied or ObjectStoreFault.BucketMissing } => BadConfiguration,
        PredictionSourceException { MayPass: false } or AdminDatabaseException { MayPass: false } => BadConfiguration,
        _ => Failed,
    };

    public static int Of(RunOutcome outcome) => outcome switch
    {
        { IsBusy: true } => Busy,
        { Fault: { } fault } => Of(fault),
        { Run.Status: RunStatus.Succeeded } => Done,
        _ => Failed,
    };
}
