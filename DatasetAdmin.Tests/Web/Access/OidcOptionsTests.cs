using DatasetAdmin.Web.Access;

namespace DatasetAdmin.Tests.Web.Access;

/// <summary>What the settings of a provider may be.</summary>
public class OidcOptionsTests
{
    private const string Secret = "a secret that no message tells";

    [Fact]
    public void Oidc_NotConfiguredOrWhole_IsTaken()
    {
        Assert.True(new ValidateOidcOptions().Validate(null, new()).Succeeded);
        Assert.True(new ValidateOidcOptions().Validate(null, Whole()).Succeeded);
    }

    [Theory]
    [InlineData("Authority", "", "Oidc:ClientId is set, but Oidc:Authority isn't")]
    [InlineData("Authority", "login.example.com", "Oidc:Authority is no address")]
    [InlineData("Authority", "ldap://login.example.com", "Oidc:Authority is no address")]
    [InlineData("Authority", "https://login.example.com/?tenant=1", "Oidc:Authority is no address")]
    [InlineData("Authority", "https://user:password@login.example.com/", "Oidc:Authority is no address")]
    [InlineData("Authority", "http://login.example.com", "set Oidc:RequireHttps to false")]
    [InlineData("ClientId", " ", "Oidc:ClientId is missing")]
    [InlineData("Scopes", "profile email", "without openid")]
    [InlineData("Name", "", "Oidc:Name must have 1 to 40 characters")]
    [InlineData("RoleClaim", "", "Oidc:RoleClaim is empty")]
    [InlineData("Roles", "; ", "Oidc:Roles has no value for any role")]
    public void Oidc_SettingThatCantBe_IsRefusedWithWhatToWrite(string key, string value, string expected)
    {
        var options = Whole();
        switch (key)
        {
            case "Authority":
                options.Authority = value;
                break;
            case "ClientId":
                options.ClientId = value;
                break;
            case "Scopes":
                options.Scopes = value;
                break;
            case "Name":
                options.Name = value;
                break;
            case "RoleClaim":
                options.RoleClaim = value;
                break;
            default:
                options.Roles.Admin = value;
                break;
        }

        var message = new ValidateOidcOptions().Validate(null, options).FailureMessage;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
        Assert.DoesNotContain("password", message, StringComparison.Ordinal);
    }

    private static OidcOptions Whole() => new()
    {
        Authority = "https://login.example.com/realms/people",
        ClientId = "dataset-admin",
        ClientSecret = Secret,
        Roles = new() { Admin = "owners; people" },
    };
}
