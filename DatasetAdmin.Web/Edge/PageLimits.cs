using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Edge;

/// <summary>Section <c>Pages</c>: how many pages are open at once. Each keeps what it shows in this process.</summary>
internal sealed class PageOptions
{
    public const string Section = "Pages";

    public int MaxPerUser { get; set; } = 30;

    public int MaxInAll { get; set; } = 300;
}

internal sealed class ValidatePageOptions : IValidateOptions<PageOptions>
{
    public ValidateOptionsResult Validate(string? name, PageOptions options)
    {
        string[] faults =
        [
            .. options.MaxPerUser < 1 ? [$"Pages:MaxPerUser is {options.MaxPerUser}: write how many pages one user may have open, 1 or more."] : Array.Empty<string>(),
            .. options.MaxInAll < 1 ? [$"Pages:MaxInAll is {options.MaxInAll}: write how many pages may be open in all, 1 or more."] : Array.Empty<string>(),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}

/// <summary>Counts the pages that are connected. Those that lost their connection have a limit of the framework's.</summary>
internal sealed class OpenPages(IOptions<PageOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _perUser = [];
    private int _all;

    /// <summary>How many pages are connected.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _all;
            }
        }
    }

    /// <summary>Counts a page; says whether it is one too many, and then whether it is far too many, which no person opens.</summary>
    public (bool IsTooMany, bool IsFlood) Open(string user)
    {
        lock (_gate)
        {
            var (all, own) = (++_all, _perUser[user] = _perUser.GetValueOrDefault(user) + 1);
            var (perUser, inAll) = (options.Value.MaxPerUser, options.Value.MaxInAll);
            return (all > inAll || own > perUser, all > 2L * inAll || own > 2L * perUser);
        }
    }

    public void Close(string user)
    {
        lock (_gate)
        {
            _all--;
            if (--_perUser[user] == 0)
            {
                _perUser.Remove(user);
            }
        }
    }
}

/// <summary>
/// One page's place among those that are open. A page too many says so instead of showing anything; where somebody goes on opening them
/// all the same, the connection is refused.
/// </summary>
internal sealed class PageLimit(OpenPages pages, AuthenticationStateProvider authentication) : CircuitHandler
{
    private string? _user;

    /// <summary>Whether too many were open when this one was opened.</summary>
    public bool IsTooMany { get; private set; }

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        (IsTooMany, var isFlood) = await EnterAsync();
        if (isFlood)
        {
            Leave();
            throw new InvalidOperationException("Too many pages are open.");
        }
    }

    public override async Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (_user is null)
        {
            // Again, after the connection was lost. What it shows is there already.
            await EnterAsync();
        }
    }

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Leave();
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Leave();
        return Task.CompletedTask;
    }

    private async Task<(bool IsTooMany, bool IsFlood)> EnterAsync()
    {
        _user = (await authentication.GetAuthenticationStateAsync()).User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";
        return pages.Open(_user);
    }

    private void Leave()
    {
        if (Interlocked.Exchange(ref _user, null) is { } user)
        {
            pages.Close(user);
        }
    }
}
