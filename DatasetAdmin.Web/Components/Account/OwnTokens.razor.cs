using DatasetAdmin.Core.Access;
using DatasetAdmin.Web.Access;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DatasetAdmin.Web.Components.Account;

/// <summary>One's own tokens for the API: made, shown once, revoked.</summary>
public sealed partial class OwnTokens
{
    private IReadOnlyList<ApiToken>? _tokens;
    private string _name = "";
    private UserRole _role;
    private int _days = 90;
    private string? _secret;
    private bool _isCopied;

    [Inject]
    internal ApiTokens Tokens { get; init; } = null!;

    [Inject]
    internal CircuitUser Me { get; init; } = null!;

    [Inject]
    internal TimeProvider Clock { get; init; } = null!;

    [Inject]
    internal IJSRuntime Js { get; init; } = null!;

    /// <summary>The most that a token may: what its user may.</summary>
    [Parameter, EditorRequired]
    public UserRole Most { get; set; }

    protected override Task OnInitializedAsync() => LoadTokensAsync();

    private Task LoadTokensAsync() => LoadAsync(ReadAsync, tokens => _tokens = tokens);

    private async Task<IReadOnlyList<ApiToken>> ReadAsync(CancellationToken token) =>
        (await Me.ActorAsync(token)).UserId is { } id ? [.. (await Tokens.ListAsync(id, token)).Select(item => item.Token)] : [];

    private Task CreateAsync()
    {
        var (name, role, days) = (_name.Trim(), _role, _days);
        (_secret, _isCopied) = (null, false);
        return name.Length == 0 ? Task.CompletedTask : LoadAsync(
            async token =>
            {
                var made = await Tokens.CreateAsync(await Me.ActorAsync(token), name, role, days == 0 ? null : Clock.GetUtcNow().UtcDateTime.AddDays(days), token);
                return (made.Secret, Tokens: await ReadAsync(token));
            },
            made => (_secret, _tokens, _name) = (made.Secret, made.Tokens, ""));
    }

    private Task RevokeAsync(ApiToken revoked) => LoadAsync(
        async token =>
        {
            await Tokens.RevokeAsync(await Me.ActorAsync(token), revoked.Id, token);
            return await ReadAsync(token);
        },
        tokens => (_tokens, _secret) = (tokens, null));

    private async Task CopyAsync() => _isCopied = await Js.InvokeAsync<bool>("site.copy", _secret);
}
