using DatasetAdmin.Core.Access;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DatasetAdmin.Web.Components.Users;

/// <summary>Who may sign in, and as what.</summary>
public sealed partial class UsersPage
{
    private IReadOnlyList<User>? _users;
    private Guid? _me;
    private string _email = "";
    private UserRole _role;
    private (string Email, string Url)? _link;
    private bool _isCopied;

    [Inject]
    internal Accounts Accounts { get; init; } = null!;

    [Inject]
    internal CircuitUser Me { get; init; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; init; } = null!;

    [Inject]
    internal TimeProvider Clock { get; init; } = null!;

    [Inject]
    internal IJSRuntime Js { get; init; } = null!;

    protected override async Task OnInitializedAsync()
    {
        _me = (await Me.ActorAsync(Gone)).UserId;
        await LoadUsersAsync();
    }

    private Task LoadUsersAsync() => LoadAsync(Accounts.ListAsync, users => _users = users);

    private Task InviteAsync()
    {
        var (email, role) = (_email.Trim(), _role);
        return email.Length == 0
            ? Task.CompletedTask
            : ChangeAsync((actor, token) => Accounts.InviteAsync(actor, email, role, token), path =>
            {
                ShowLink(email, path);
                _email = "";
            });
    }

    private Task NewLinkAsync(User user) => ChangeAsync((actor, token) => Accounts.NewLinkAsync(actor, user.Id, token), path => ShowLink(user.Email!, path));

    private Task ChangeRoleAsync(User user, string? text) =>
        Enum.TryParse<UserRole>(text, out var role) ? ChangeAsync((actor, token) => Accounts.ChangeRoleAsync(actor, user.Id, role, token)) : Task.CompletedTask;

    private Task ToggleAsync(User user) => ChangeAsync((actor, token) => Accounts.SetDisabledAsync(actor, user.Id, !user.IsDisabled, token));

    private Task ResetSecondFactorAsync(User user) => ChangeAsync((actor, token) => Accounts.ResetSecondFactorAsync(actor, user.Id, token));

    private Task ChangeAsync(Func<Actor, CancellationToken, Task> change) => ChangeAsync(
        async (actor, token) =>
        {
            await change(actor, token);
            return true;
        },
        _ => { });

    // Whatever came of it, what is shown is what the database has.
    private async Task ChangeAsync<T>(Func<Actor, CancellationToken, Task<T>> change, Action<T> show)
    {
        (_link, _isCopied) = (null, false);
        await LoadAsync(async token => await change(await Me.ActorAsync(token), token), show);
        if (Problem is null)
        {
            await LoadUsersAsync();
        }
        else
        {
            _users = [.. _users ?? []];
        }
    }

    private void ShowLink(string email, string path) => _link = (email, Navigation.ToAbsoluteUri(path).ToString());

    private async Task CopyAsync() => _isCopied = await Js.InvokeAsync<bool>("site.copy", _link?.Url);

    private string StateOf(User user) => user switch
    {
        { IsDisabled: true } => "disabled",
        { LockoutEnd: { } until } when until > Clock.GetUtcNow() => "locked for minutes",
        { PasswordHash: null, LastSignInAt: null } => "invited",
        _ => "active",
    };
}
