using DatasetAdmin.Core.Scheduling;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Components.Settings;

/// <summary>When the jobs ran last and run next; pauses and resumes them, for all processes and over restarts.</summary>
public sealed partial class SchedulePanel
{
    private IReadOnlyList<JobStatus>? _jobs;

    [Inject]
    internal Actions Actions { get; init; } = null!;

    [Inject]
    internal CircuitUser Me { get; init; } = null!;

    [Inject]
    internal JobSchedule Schedule { get; init; } = null!;

    [Inject]
    internal IOptions<ScheduleOptions> Settings { get; init; } = null!;

    protected override Task OnInitializedAsync() => LoadJobsAsync();

    private Task LoadJobsAsync() => LoadAsync(Schedule.StatusAsync, jobs => _jobs = jobs);

    private Task PauseOrResumeAsync(JobStatus job) => LoadAsync(
        async token =>
        {
            await Actions.PauseAsync(await Me.ActorAsync(token), job.Job, isPause: !job.IsPaused, token);
            return await Schedule.StatusAsync(token);
        },
        jobs => _jobs = jobs);
}
