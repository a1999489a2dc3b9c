using VastPS.Basics;
using VastPS.Kernel.Hub;

namespace VastPS.Tests.Kernel.Hub;

public sealed class HubSourceTests : IDisposable
{
    private static readonly string s_token = $"test-{Guid.NewGuid():N}";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("vastps-test");

    public void Dispose() => _home.Delete(recursive: true);

    // A token goes to the public hub, to another one over https alone, and never in the clear.
    [Theory]
    [InlineData(null, "huggingface.co", true)]
    [InlineData("https://hub.example.org/mirror", "hub.example.org", true)]
    [InlineData("http://127.0.0.1:8080", "127.0.0.1:8080", false)]
    public void A_token_goes_where_it_cannot_be_read_on_the_way(string? endpoint, string host, bool sent)
    {
        HubEndpoint hub = Source(("HF_ENDPOINT", endpoint), ("HF_TOKEN", s_token)).Resolve();

        Assert.Equal(host, hub.Host);
        Assert.Equal(sent ? s_token : null, hub.Token);
        Assert.DoesNotContain(s_token, hub.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://hub.example.org")]
    [InlineData("not an address")]
    [InlineData("https://me:secret@hub.example.org")]
    public void An_address_that_cannot_be_used_is_named(string endpoint)
    {
        VastException error = Assert.Throws<VastException>(() => Source(("HF_ENDPOINT", endpoint)).Resolve());

        Assert.Equal(VastReason.ApiAddressInvalid, error.Reason);
        Assert.Equal("HF_ENDPOINT", error.Facts[0]);
    }

    [Fact]
    public void A_token_is_found_in_its_file_and_masked_from_then_on()
    {
        Directory.CreateDirectory(Path.Combine(_home.FullName, ".cache", "huggingface"));
        File.WriteAllText(Path.Combine(_home.FullName, ".cache", "huggingface", "token"), s_token + "\n");

        Assert.Equal(s_token, Source().Resolve().Token);
        Assert.DoesNotContain(s_token, Redactor.Clean($"the server said {s_token}"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_token_is_not_sent()
    {
        Assert.Null(Source(("HF_TOKEN", "two words")).Resolve().Token);
        Assert.Null(Source().Resolve().Token);
    }

    private HubSource Source(params (string Name, string? Value)[] variables) =>
        new(name => Array.Find(variables, v => v.Name == name).Value, _home.FullName);
}
