using System.Net;
using Microsoft.Extensions.Options;

namespace DatasetAdmin.Web.Edge;

/// <summary>Section <c>Proxies</c>: who may say for whom a request is.</summary>
internal sealed class ProxyOptions
{
    public const string Section = "Proxies";

    /// <summary>Addresses and networks, with commas between; none by default, and then nobody is believed.</summary>
    public string Trusted { get; set; } = "";

    /// <summary>The networks; an address is a network of one.</summary>
    public IReadOnlyList<IPNetwork> Networks => [.. Parts.Select(part => ParseOrNull(part)!.Value)];

    internal IEnumerable<string> Parts => Trusted.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    internal static IPNetwork? ParseOrNull(string part)
    {
        // "10" would be an address too, and nobody means 0.0.0.10 by it.
        if (!part.Contains('.', StringComparison.Ordinal) && !part.Contains(':', StringComparison.Ordinal))
        {
            return null;
        }

        return IPAddress.TryParse(part, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : IPNetwork.TryParse(part, out var network) ? network : null;
    }
}

internal sealed class ValidateProxyOptions : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        string[] faults =
        [
            .. from part in options.Parts
               let network = ProxyOptions.ParseOrNull(part)
               where network is null or { PrefixLength: 0 }
               select network is null
                   ? $"Proxies:Trusted has '{part}', which is no address and no network: write such as 10.0.0.5 or 10.0.0.0/24, with commas between."
                   : $"Proxies:Trusted has '{part}', which is everybody: write the addresses or networks of your own proxies.",
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
