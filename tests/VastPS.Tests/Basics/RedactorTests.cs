using VastPS.Basics;

namespace VastPS.Tests.Basics;

/// <summary>Passwords in addresses, which tools like git repeat in their errors.</summary>
public sealed class RedactorTests
{
    [Theory]
    [InlineData("fatal: unable to access 'https://me:hunter2@example.com/x/'", "fatal: unable to access 'https://me:***@example.com/x/'")]
    [InlineData("http://:hunter2@example.com", "http://:***@example.com")]
    [InlineData("ssh://git@example.com:22/x", "ssh://git@example.com:22/x")]
    [InlineData("http://127.0.0.1:8080/me@home", "http://127.0.0.1:8080/me@home")]
    public void A_password_in_an_address_is_masked(string text, string shown) => Assert.Equal(shown, Redactor.Clean(text));
}
